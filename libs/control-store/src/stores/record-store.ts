import type { EntityTarget, ObjectLiteral } from 'typeorm'
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js'
import type { Tx } from '../control-database.js'

/** What every kind of record with an id has. */
export interface RecordStore<T extends ObjectLiteral> {
  find(tx: Tx, id: string): Promise<T | null>
  /** Locks the row until the transaction ends, so that what was read is what is changed. */
  findForChange(tx: Tx, id: string): Promise<T | null>
  /** Columns that are left out get the database's defaults. */
  insert(tx: Tx, values: QueryDeepPartialEntity<T>): Promise<void>
  change(tx: Tx, id: string, values: QueryDeepPartialEntity<T>): Promise<void>
  remove(tx: Tx, id: string): Promise<void>
  /** The ids among these that do not exist. */
  missing(tx: Tx, ids: readonly string[]): Promise<readonly string[]>
}

/** The common part of the stores of entities with an `id`. */
export function recordStore<T extends ObjectLiteral>(entity: EntityTarget<T>): RecordStore<T> {
  const byId = (tx: Tx, id: string) => tx.createQueryBuilder(entity, 'record').where('record.id = :id', { id })
  return {
    find: (tx, id) => byId(tx, id).getOne(),
    findForChange: (tx, id) => byId(tx, id).setLock('pessimistic_write').getOne(),
    async insert(tx, values) {
      await tx.createQueryBuilder().insert().into(entity).values(values).updateEntity(false).execute()
    },
    async change(tx, id, values) {
      if (Object.keys(values).length === 0) return
      await tx.createQueryBuilder().update(entity).set(values).where('id = :id', { id }).updateEntity(false).execute()
    },
    async remove(tx, id) {
      await tx.createQueryBuilder().delete().from(entity).where('id = :id', { id }).execute()
    },
    async missing(tx, ids) {
      if (ids.length === 0) return []
      const found: { id: string }[] = await tx
        .createQueryBuilder(entity, 'record')
        .select('record.id', 'id')
        .where('record.id = ANY (:ids)', { ids: [...ids] })
        .getRawMany()
      const known = new Set(found.map(({ id }) => id))
      return ids.filter((id) => !known.has(id))
    },
  }
}
