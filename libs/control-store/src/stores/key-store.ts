import type { Tx } from '../control-database.js'
import { Key } from '../entities/key.js'

export type NewKey = Pick<Key, 'id' | 'purpose' | 'secretSealed' | 'secretKeyId' | 'notBefore'>

export const keyStore = {
  all(tx: Tx): Promise<Key[]> {
    return tx
      .createQueryBuilder(Key, 'key')
      .orderBy('key.purpose')
      .addOrderBy('key.notBefore')
      .addOrderBy('key.id')
      .getMany()
  },

  /** The newest key of a purpose. */
  newest(tx: Tx, purpose: Key['purpose']): Promise<Key | null> {
    return tx
      .createQueryBuilder(Key, 'key')
      .where('key.purpose = :purpose', { purpose })
      .orderBy('key.notBefore', 'DESC')
      .addOrderBy('key.id')
      .limit(1)
      .getOne()
  },

  async insert(tx: Tx, key: NewKey): Promise<void> {
    await tx.createQueryBuilder().insert().into(Key).values(key).updateEntity(false).execute()
  },

  /** Lets one transaction at a time make keys: two that start at once must not make two peppers. */
  async lock(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('penstock keys'))`)
  },
}
