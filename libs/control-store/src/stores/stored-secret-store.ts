import type { Tx } from '../control-database.js'

/** One encrypted value as it stands in its row. */
export interface StoredSecret {
  readonly id: string
  readonly sealed: string
}

/** The encrypted column of one table: what is needed to encrypt it again with another key. */
export interface StoredSecrets {
  /** Rows that were encrypted with another key than this. */
  underOtherKeys(tx: Tx, keyId: string): Promise<readonly StoredSecret[]>
  /** Replaces the ciphertext, unless it is not the one any more that was read. The row counts as unchanged otherwise. */
  replace(tx: Tx, secret: StoredSecret, next: { readonly sealed: string; readonly keyId: string }): Promise<void>
}

function storedSecrets({ table, sealed, keyId }: { table: string; sealed: string; keyId: string }): StoredSecrets {
  const select = `SELECT id, ${sealed} AS sealed FROM ${table} WHERE ${keyId} <> $1 ORDER BY id`
  const update = `UPDATE ${table} SET ${sealed} = $3, ${keyId} = $4 WHERE id = $1 AND ${sealed} = $2`
  return {
    underOtherKeys: (tx, key) => tx.query(select, [key]),
    async replace(tx, secret, next) {
      await tx.query(update, [secret.id, secret.sealed, next.sealed, next.keyId])
    },
  }
}

export const datasourcePasswords = storedSecrets({
  table: 'datasources',
  sealed: 'password_sealed',
  keyId: 'password_key_id',
})
export const keySecrets = storedSecrets({ table: 'keys', sealed: 'secret_sealed', keyId: 'secret_key_id' })
