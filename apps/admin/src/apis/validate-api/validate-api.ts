import type { validateApiRequest, validatedAnswer } from '@penstock/contracts'
import { macroStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { examineCandidate, routeClash } from '../examine-candidate.js'
import { requireExecute } from '../find-api.js'

export type ValidateApi = (
  caller: Caller,
  body: z.output<typeof validateApiRequest>,
) => Promise<z.output<typeof validatedAnswer>>

/** Looks at what was not saved as a publish would, and tells everything that it found. Runs no statement. */
export function validateApi(
  ports: Pick<Ports, 'database' | 'keyring' | 'config' | 'inspect' | 'scripts'>,
): ValidateApi {
  return async (caller, body) => {
    requireExecute(caller, { datasourceId: body.datasource_id, extraDatasourceIds: body.extra_datasource_ids })
    const moduleId = body.module_id ?? null
    const examination = await examineCandidate(ports, {
      apiId: body.api_id ?? null,
      moduleId,
      engine: body.execute_engine,
      datasourceId: body.datasource_id,
      extraDatasourceIds: body.extra_datasource_ids,
      method: body.http_method,
      path: body.path,
      content: body.content,
      params: body.params,
      transform: body.result_transform,
      paging: body.paging,
      macros: await ports.database.read((tx) => macroStore.inScope(tx, moduleId)),
    })
    const { clash, warnings, parameters, counts, writes } = examination
    const errors = [...examination.errors, ...(clash === undefined ? [] : (routeClash(clash).open.errors ?? []))]
    return {
      valid: errors.length === 0,
      errors,
      warnings: [...warnings],
      parameters: [...parameters],
      proof: counts,
      writes,
    }
  }
}
