import { BlockList, isIPv4, isIPv6 } from 'node:net'

// IANA's special-purpose registries, and what reaches IPv4 through IPv6.
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const
// Never, whatever is listed: clouds hand out credentials here, and nothing else of a network is.
const NEVER_IPV4 = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const
const NEVER_IPV6 = [
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128],
] as const
// Addresses that hold an IPv4 address: the way around every rule about IPv4.
const WRAPPED = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
] as const

type Subnets = readonly (readonly [net: string, prefix: number])[]

function blockList(ipv4: Subnets, ipv6: Subnets): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of ipv4) list.addSubnet(net, prefix, 'ipv4')
  for (const [net, prefix] of ipv6) list.addSubnet(net, prefix, 'ipv6')
  return list
}

const special = blockList(SPECIAL_IPV4, SPECIAL_IPV6)
const global = blockList([], [['2000::', 3]])
const never = blockList(NEVER_IPV4, NEVER_IPV6)
const wrapped = blockList([], WRAPPED)
const loopback = blockList([], [['::1', 128]])

/** True for an address of the public internet that is what it looks like. */
export function isGlobalAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  if (!isIPv6(address) || address.includes('%')) return false
  return global.check(address, 'ipv6') && !special.check(address, 'ipv6')
}

/** True for an address that a host listed as internal may have: a private one, but never link-local, multicast or one that hides another. */
export function isInternalAddress(address: string): boolean {
  if (isIPv4(address)) return !never.check(address, 'ipv4')
  if (!isIPv6(address) || address.includes('%')) return false
  if (loopback.check(address, 'ipv6')) return true
  return !never.check(address, 'ipv6') && !wrapped.check(address, 'ipv6')
}
