import type { DatasourceAnswer } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { datasourceAnswerOf } from '../datasource-answer.js'
import { findDatasource } from '../find-datasource.js'

export type ReadDatasource = (caller: Caller, id: string) => Promise<DatasourceAnswer>

export function readDatasource({ database }: Pick<Ports, 'database'>): ReadDatasource {
  return async (_caller, id) => datasourceAnswerOf(await database.read((tx) => findDatasource(tx, id)))
}
