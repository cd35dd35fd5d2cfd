import { driverConformance, type Subject } from '@penstock/datasource/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import { Engine } from './engine.js'
import { openDuckdb } from './open-duckdb.js'
import { driverOn } from './driver-on.js'
import { DUCKDB_SQL } from './test/conformance-sql.js'
import { dataFolder } from './test/data-folder.js'

driverConformance({ describe, it, expect, afterAll }, 'DuckDB', DUCKDB_SQL, duckdbSubject)

/** A folder that all drivers of a case read; what runs is counted over their processes. */
async function duckdbSubject(): Promise<Subject> {
  const folder = await dataFolder()
  await folder.write('note.csv', 'id,body\n')
  const engines: Engine[] = []
  return {
    open({ poolSize }) {
      const engine = new Engine(folder.settings({ poolSize }), folder.options)
      engines.push(engine)
      return driverOn(engine)
    },
    openUnreachable: () => openDuckdb(folder.settings({ database: 'nowhere' }), folder.options),
    async running(word) {
      const texts = await Promise.all(engines.map((engine) => engine.running()))
      return texts.flat().filter((text) => text.includes(word)).length
    },
    dispose: () => folder.drop(),
  }
}
