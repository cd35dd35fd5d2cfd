import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** An IPv4 or IPv6 address, or a range of them in CIDR form: `10.1.2.3`, `10.0.0.0/8`, `2001:db8::/32`. */
export const ipRange = z
  .string()
  .trim()
  .max(64)
  .refine(isRange, 'must be an address or a range such as 10.0.0.0/8 or 2001:db8::/32')
  .meta({ id: 'IpRange' })

function isRange(text: string): boolean {
  // The library also reads 10.1 and 0x7f.1 as addresses; here only the usual written forms are meant.
  return text.includes(':') ? isIpv6(text) : isIpv4(text)
}

function isIpv4(text: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(text) ||
    (ipaddr.IPv4.isValidCIDR(text) && ipaddr.IPv4.isValidFourPartDecimal(text.split('/')[0] ?? ''))
  )
}

function isIpv6(text: string): boolean {
  return (ipaddr.IPv6.isValid(text) && !text.includes('%')) || ipaddr.IPv6.isValidCIDR(text)
}
