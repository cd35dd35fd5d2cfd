import type { Resealer } from '@penstock/publishing'
import type pg from 'pg'
import { snapshotPublisher, type SnapshotPublisher } from './snapshot-publisher.js'
import type { SqlDatabase, SqlSession } from './sql-session.js'

export const MANIFEST_KEY = new TextEncoder().encode('the key of the manifests of tests')

/** Marks what was sealed again, so that a test can see it. */
export const resealer: Resealer = {
  datasourcePassword: ({ sealed }, entry) => `${sealed} for ${entry}`,
  keySecret: ({ sealed }, entry) => `${sealed} for ${entry}`,
}

export const publisherOf = (manifestKey: Uint8Array = MANIFEST_KEY): SnapshotPublisher =>
  snapshotPublisher({ manifestKey, resealer, now: () => new Date('2026-01-01T00:00:00Z') })

/** A pool of real connections in the shape that the publisher asks for. */
export function databaseOf(pool: pg.Pool): SqlDatabase {
  return {
    query: async (text, values) => (await pool.query(text, values)).rows,
    async transaction<T>(work: (tx: SqlSession) => Promise<T>): Promise<T> {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        const result = await work({ query: async (text, values) => (await client.query(text, values)).rows })
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK')
        throw error
      } finally {
        client.release()
      }
    },
  }
}
