import { randomBytes } from 'node:crypto'
import { keyStore, type Key, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { SnapshotChanges } from '@penstock/publishing'
import { newKeySecret, type Keyring } from '@penstock/secrets'
import { keySecretPlace } from './resealer.js'

const PURPOSES = ['client-token', 'client-secret-pepper'] as const

interface Needed {
  readonly keyring: Keyring
  readonly changes: SnapshotChanges<Tx>
  readonly now: () => Date
}

/** Makes the keys that gateways need where there are none: one that signs client tokens, and the pepper of client secrets. */
export async function ensureKeys({ keyring, changes, now }: Needed, tx: Tx): Promise<void> {
  await keyStore.lock(tx)
  const made: string[] = []
  for (const purpose of PURPOSES) {
    if ((await keyStore.newest(tx, purpose)) !== null) continue
    const id = randomBytes(9).toString('base64url')
    await keyStore.insert(tx, {
      id,
      purpose,
      secretSealed: keyring.encrypt(newKeySecret(), keySecretPlace(id)),
      secretKeyId: keyring.newestKeyId,
      notBefore: String(Math.floor(now().getTime() / 1000)),
    })
    made.push(`key:${id}`)
  }
  if (made.length > 0) await changes.touch(tx, made)
}

/** The newest secret of a purpose in clear: for hashing client secrets. */
export async function keySecret(tx: Tx, keyring: Keyring, purpose: Key['purpose']): Promise<string> {
  const key = await keyStore.newest(tx, purpose)
  if (key === null) throw new AppError('INTERNAL', `there is no key for ${purpose}`)
  return keyring.decrypt(key.secretSealed, keySecretPlace(key.id))
}
