import type { DebugAnswer } from '@penstock/contracts'
import { datasourceStore, macroStore, moduleStore, type Api } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { examineCandidate, type Examination } from '../examine-candidate.js'
import { findApi, requireExecute } from '../find-api.js'
import { ROWS_MAX, runDraft, type DebugRequest, type RunPorts } from './run-draft.js'

export type DebugApi = (caller: Caller, id: string, body: DebugRequest) => Promise<DebugAnswer>
type DebugPorts = RunPorts & Pick<Ports, 'database' | 'audit'>

/**
 * Runs the draft, or another content in its place, as a gateway would, and shows what was sent, logged and called. A GET API runs read-only.
 * What any other writes is rolled back unless `commit` is said, so that trying is safe; sequences do advance, as they do in any transaction,
 * and what a script asks of other services is really asked. Each run is in the audit log: it used the credentials of the data sources.
 */
export function debugApi(ports: DebugPorts): DebugApi {
  return async (caller, id, body) => {
    const { api, moduleName, datasources, macros } = await ports.database.read(async (tx) => {
      const found = await findApi(tx, id)
      const ids = [...(found.datasourceId === null ? [] : [found.datasourceId]), ...found.extraDatasourceIds]
      const sources = []
      for (const source of new Set(ids)) sources.push(await datasourceStore.find(tx, source))
      return {
        api: found,
        moduleName: (await moduleStore.find(tx, found.moduleId))?.name ?? '',
        datasources: sources.filter((source) => source !== null),
        macros: await macroStore.inScope(tx, found.moduleId),
      }
    })
    requireExecute(caller, api)
    const content = body.content ?? api.content
    const examination = await examineCandidate(ports, {
      apiId: id,
      moduleId: api.moduleId,
      engine: api.executeEngine,
      datasourceId: api.datasourceId,
      extraDatasourceIds: api.extraDatasourceIds,
      method: api.httpMethod,
      // A draft may be tried before its path is settled.
      path: undefined,
      content,
      params: api.params,
      transform: api.resultTransform,
      paging: api.paging,
      macros,
    })
    refuseUnrunnable(api, examination)
    const { plan, scripts } = examination
    const answer = await runDraft(ports, { api, moduleName, plan, scripts, datasources, rowsMax: ROWS_MAX }, body)
    await recordRun(ports, caller, api, body, answer)
    return answer
  }
}

/**
 * A template that compiles may be tried although its data source refuses it: that is what trying is for. Scripts must compile, and paging
 * must fit, or what is tried would not be what gateways do.
 */
function refuseUnrunnable({ executeEngine }: Api, { plan, scripts, errors }: Examination): void {
  const isMissing = executeEngine === 'SQL' ? plan === undefined : scripts?.main === undefined
  const aroundIt = errors.filter(({ field = '' }) =>
    /^(?:result_transform|params\[\d+\]\.validation_script|paging\b.*)$/.test(field),
  )
  const refused = isMissing || executeEngine === 'SCRIPT' ? errors : aroundIt
  if (refused.length === 0 && !isMissing) return
  throw new AppError('CONTENT_INVALID', 'the draft does not compile', {
    message: refused[0]?.message ?? '',
    errors: refused,
  })
}

async function recordRun(
  { database, audit }: DebugPorts,
  caller: Caller,
  api: Api,
  body: DebugRequest,
  { code, debug }: DebugAnswer,
): Promise<void> {
  await database.transaction((tx) =>
    audit(tx, caller, {
      action: 'api.debug',
      resource: { type: 'api', id: api.id, name: api.name },
      after: {
        shown: {
          own_content: body.content === undefined,
          statements: debug.statements.map(({ sql }) => sql),
          http_calls:
            debug.scripts?.http_calls.map(({ method, connection = '', url }) => `${method} ${connection}${url}`) ?? [],
          mode: debug.mode,
          committed: debug.committed,
          code: code ?? null,
        },
      },
    }),
  )
}
