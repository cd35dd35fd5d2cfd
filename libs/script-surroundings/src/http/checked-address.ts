import { HttpRefused } from '@penstock/pipeline'
import { isIP } from 'node:net'
import { nameOf } from './allowed-hosts.js'
import { isGlobalAddress, isInternalAddress } from './global-address.js'
import type { Target } from './target.js'

export interface Address {
  readonly address: string
  readonly family: number
}

/** All addresses of a name, as the system knows them. */
export type Resolve = (host: string) => Promise<readonly Address[]>

/**
 * The addresses that a request to the URL may go to. A name is resolved once, here: who asked again to connect could be told another address. One
 * address that is not allowed refuses the name with all that it has.
 */
export async function checkedAddresses(
  { url, permission, internalBy }: Pick<Target, 'url' | 'permission' | 'internalBy'>,
  resolve: Resolve,
): Promise<readonly Address[]> {
  const host = nameOf(url)
  const literal = isIP(host)
  const addresses = literal === 0 ? await resolved(host, resolve) : [{ address: host, family: literal }]
  const isAllowed = permission === 'internal' ? isInternalAddress : isGlobalAddress
  if (addresses.length === 0 || !addresses.every(({ address }) => isAllowed(address))) {
    throw new HttpRefused(`${host} is not on the internet: ${internalBy}`)
  }
  return addresses
}

async function resolved(host: string, resolve: Resolve): Promise<readonly Address[]> {
  try {
    return await resolve(host)
  } catch {
    throw new HttpRefused(`${host} cannot be found`)
  }
}
