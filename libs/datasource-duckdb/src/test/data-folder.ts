import type { ConnectionSettings } from '@penstock/datasource'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckdbOptions } from '../duckdb-options.js'

/** An operator's folder of your own, with one data source `sales` in it. */
export interface DataFolder {
  readonly root: string
  readonly options: DuckdbOptions
  settings(changes?: Partial<ConnectionSettings>): ConnectionSettings
  write(name: string, text: string): Promise<void>
  drop(): Promise<void>
}

export async function dataFolder(): Promise<DataFolder> {
  const root = await mkdtemp(join(tmpdir(), 'penstock-duckdb-test-'))
  return {
    root,
    options: { root, memoryBytesMax: 256 * 1024 * 1024, temporaryBytesMax: 64 * 1024 * 1024, threads: 1 },
    settings: (changes = {}) => ({
      host: 'localhost',
      port: 1,
      database: '.',
      username: 'nobody',
      password: undefined,
      ssl: { mode: 'disable' },
      poolSize: 3,
      connectTimeoutMs: 20_000,
      searchPath: [],
      transactionPooler: false,
      closeAfterExecute: false,
      ...changes,
    }),
    write: (name, text) => writeFile(join(root, name), text),
    drop: () => rm(root, { recursive: true, force: true }),
  }
}
