import type { versionDiffAnswer } from '@penstock/contracts'
import { fieldChanges, lineDiff } from '@penstock/publishing'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findApi } from '../find-api.js'
import { versionOf } from '../find-version.js'
import { versionSummaryOf } from '../version-answer.js'

export type DiffVersions = (
  caller: Caller,
  id: string,
  a: string,
  b: string,
) => Promise<z.output<typeof versionDiffAnswer>>

/** How two versions differ: the content by lines, the rest by fields. */
export function diffVersions({ database }: Pick<Ports, 'database'>): DiffVersions {
  return (_caller, id, a, b) =>
    database.read(async (tx) => {
      const api = await findApi(tx, id)
      const [left, right] = [await versionOf(tx, id, a), await versionOf(tx, id, b)]
      return {
        a: versionSummaryOf(left, api),
        b: versionSummaryOf(right, api),
        content: lineDiff(left.content, right.content),
        fields: fieldChanges(left, right),
      }
    })
}
