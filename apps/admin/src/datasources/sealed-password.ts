import type { Datasource } from '@penstock/control-store'
import type { Keyring } from '@penstock/secrets'
import { datasourcePasswordPlace } from '../base/datasource-connection.js'

/** The columns of a password, encrypted for its row. Null and empty mean none. */
export function sealedPassword(
  keyring: Keyring,
  id: string,
  password: string | null | undefined,
): Pick<Datasource, 'passwordSealed' | 'passwordKeyId'> {
  if (!isPassword(password)) return { passwordSealed: null, passwordKeyId: null }
  return { passwordSealed: keyring.encrypt(password, datasourcePasswordPlace(id)), passwordKeyId: keyring.newestKeyId }
}

/** Null and empty mean that there is none. */
export function isPassword(password: string | null | undefined): password is string {
  return password !== null && password !== undefined && password !== ''
}

/** The password in clear, for its fingerprint and for moving it; never to be logged or sent. */
export function openPassword(keyring: Keyring, { id, passwordSealed }: Datasource): string | null {
  return passwordSealed === null ? null : keyring.decrypt(passwordSealed, datasourcePasswordPlace(id))
}
