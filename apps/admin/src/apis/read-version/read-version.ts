import type { ApiVersionAnswer } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findApi } from '../find-api.js'
import { versionOf } from '../find-version.js'
import { versionAnswerOf } from '../version-answer.js'

export type ReadVersion = (caller: Caller, id: string, versionId: string) => Promise<ApiVersionAnswer>

export function readVersion({ database }: Pick<Ports, 'database'>): ReadVersion {
  return (_caller, id, versionId) =>
    database.read(async (tx) => versionAnswerOf(await versionOf(tx, id, versionId), await findApi(tx, id)))
}
