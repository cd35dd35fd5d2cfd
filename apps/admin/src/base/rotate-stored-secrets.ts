import { datasourcePasswords, keySecrets, type ControlDatabase, type StoredSecrets } from '@penstock/control-store'
import type { Keyring, StoredPlace } from '@penstock/secrets'
import type { Logger } from '@penstock/telemetry'
import { datasourcePasswordPlace } from './datasource-connection.js'
import { keySecretPlace } from './resealer.js'

interface Needed {
  readonly database: ControlDatabase
  readonly keyring: Keyring
  readonly log: Logger
}

const COLUMNS: readonly { readonly secrets: StoredSecrets; readonly place: (id: string) => StoredPlace }[] = [
  { secrets: datasourcePasswords, place: datasourcePasswordPlace },
  { secrets: keySecrets, place: keySecretPlace },
]

/**
 * Encrypts again, with the first key of ENCRYPTION_KEY, what another key encrypted; returns how many. Nobody notices: the clear text is the
 * same, so gateways get no new entries. What cannot be read (its key was taken away too early) stays, and is named in the log.
 */
export async function rotateStoredSecrets({ database, keyring, log }: Needed): Promise<number> {
  let rotated = 0
  for (const { secrets, place } of COLUMNS) {
    for (const secret of await database.read((tx) => secrets.underOtherKeys(tx, keyring.newestKeyId))) {
      try {
        const sealed = keyring.encrypt(keyring.decrypt(secret.sealed, place(secret.id)), place(secret.id))
        await database.transaction((tx) => secrets.replace(tx, secret, { sealed, keyId: keyring.newestKeyId }))
        rotated += 1
      } catch (error) {
        const { table, row } = place(secret.id)
        log.error('a stored secret cannot be encrypted again', { table, row, reason: String(error) })
      }
    }
  }
  if (rotated > 0) log.info('encrypted stored secrets with the newest key', { rotated, key_id: keyring.newestKeyId })
  return rotated
}
