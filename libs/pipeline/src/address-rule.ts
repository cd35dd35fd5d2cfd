import { AppError } from '@penstock/errors'
import ipaddr from 'ipaddr.js'

/** Whether a caller from this address may call. */
export type AddressRule = (ip: string) => boolean

type Range = ReturnType<typeof ipaddr.parseCIDR>
type Address = ReturnType<typeof ipaddr.process>

/**
 * Addresses and CIDR ranges → a rule; undefined when there is none. Denying wins; an empty `allow` allows all. IPv4 addresses that come as
 * IPv6 (`::ffff:10.0.0.1`) count as IPv4. A caller whose address cannot be read is refused wherever there is a rule.
 */
export function addressRule(allow: readonly string[], deny: readonly string[]): AddressRule | undefined {
  if (allow.length === 0 && deny.length === 0) return undefined
  const allowed = allow.map(rangeOf)
  const denied = deny.map(rangeOf)
  return (ip) => {
    if (!ipaddr.isValid(ip)) return false
    const address = ipaddr.process(ip)
    return !isIn(address, denied) && (allowed.length === 0 || isIn(address, allowed))
  }
}

/** Throws ADDRESS_DENIED unless the caller's address may call. */
export function screenAddress(rule: AddressRule | undefined, ip: string): void {
  if (rule !== undefined && !rule(ip)) throw new AppError('ADDRESS_DENIED', `address ${ip}`)
}

function isIn(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))
}

function rangeOf(text: string): Range {
  if (!text.includes('/')) {
    const address = ipaddr.process(text)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  }
  return ipaddr.parseCIDR(text)
}
