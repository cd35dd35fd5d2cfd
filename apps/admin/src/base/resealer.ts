import type { Resealer } from '@penstock/publishing'
import { sealForEntry, type Keyring, type StoredPlace, type WrappingKey } from '@penstock/secrets'
import { datasourcePasswordPlace } from './datasource-connection.js'

/** Where the secret of a key is stored; its ciphertext is bound to that place. */
export function keySecretPlace(id: string): StoredPlace {
  return { table: 'keys', row: id, column: 'secret_sealed' }
}

/** Opens what the key ring encrypted at rest and seals it again for the gateways. The clear text lives only in between. */
export function resealerOf(keyring: Keyring, wrappingKey: WrappingKey): Resealer {
  return {
    datasourcePassword: ({ id, sealed }, entry) =>
      sealForEntry(wrappingKey, keyring.decrypt(sealed, datasourcePasswordPlace(id)), { entry, field: 'password' }),
    keySecret: ({ id, sealed }, entry) =>
      sealForEntry(wrappingKey, keyring.decrypt(sealed, keySecretPlace(id)), { entry, field: 'secret' }),
  }
}
