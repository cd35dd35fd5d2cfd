import { isIP } from 'node:net'

/**
 * The caller's address: the `proxyCount`-th entry of X-Forwarded-For from the right, as each trusted proxy appends whom it heard. With no
 * trusted proxy the header is not looked at. An entry that is missing or no address gives the connection's own.
 */
export function callerAddress(
  forwarded: string | undefined,
  socketAddress: string | undefined,
  proxyCount: number,
): string {
  const own = plainAddress(socketAddress ?? '')
  if (proxyCount === 0 || forwarded === undefined) return own
  const entries = forwarded.split(',')
  const entry = plainAddress((entries[entries.length - proxyCount] ?? '').trim())
  return isIP(entry) === 0 ? own : entry
}

/** Without port and brackets; IPv4 in IPv6 form (`::ffff:10.0.0.1`) as IPv4, so that one caller has one name. */
function plainAddress(text: string): string {
  if (!text.includes(':')) return text
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1]
  const plain = bracketed ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text
  return plain.startsWith('::ffff:') && plain.includes('.') ? plain.slice('::ffff:'.length) : plain
}
