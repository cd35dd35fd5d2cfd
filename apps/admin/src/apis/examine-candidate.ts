import type { HttpMethod, PagingDefinition, ParamDefinition, SqlPlan } from '@penstock/contracts'
import {
  apiStore,
  datasourceStore,
  macroStore,
  type Datasource,
  type RouteHolder,
  type UsableMacro,
} from '@penstock/control-store'
import type { Inspector } from '@penstock/datasource'
import { AppError, type Fault } from '@penstock/errors'
import { examineContent, proveContent, type ProofCounts, type ScriptTextsPlan } from '@penstock/publishing'
import { datasourceConnection } from '../base/datasource-connection.js'
import type { Ports } from '../base/ports.js'
import { examineScripts } from './examine-scripts.js'
import { ofType } from './library-macros.js'

/** What is about to be published, or only to be looked at. */
export interface Candidate {
  /** The API that it is, or would replace; null: a new one. */
  readonly apiId: string | null
  readonly moduleId: string | null
  readonly engine: 'SQL' | 'SCRIPT'
  readonly datasourceId: string | null
  readonly extraDatasourceIds: readonly string[]
  readonly method: HttpMethod
  readonly path: string | undefined
  readonly content: string
  readonly params: readonly ParamDefinition[]
  readonly transform: string | null
  readonly paging: PagingDefinition | null
  readonly macros: readonly UsableMacro[]
}

/** Everything that could be found out. `plan` is there when the template compiles, `scripts` when there are some; those with errors are left out. */
export interface Examination {
  readonly plan: SqlPlan | undefined
  readonly scripts: ScriptTextsPlan | undefined
  readonly errors: readonly Fault[]
  readonly warnings: readonly Fault[]
  readonly parameters: readonly string[]
  readonly counts: ProofCounts
  readonly writes: boolean | null
  /** The published API whose route it would take. */
  readonly clash: RouteHolder | undefined
}

type ExaminePorts = Pick<Ports, 'database' | 'keyring' | 'config' | 'inspect' | 'scripts'>

/** Preparing a few hundred texts takes well under a second; a server that takes longer counts as not reachable. */
const PROOF_MS_MAX = 20_000
const NOTHING_PROVED: ProofCounts = { shapes: 0, proved: 0, covered: 0, total: 0 }

/** Looks at all that could fail when the API is called. Holds no transaction: the data source may be slow, or away. */
export async function examineCandidate(ports: ExaminePorts, candidate: Candidate): Promise<Examination> {
  const { datasource, missing, unpublished, clash } = await readWhatItNeeds(ports, candidate)
  const texts = { ...candidate, executeEngine: candidate.engine, resultTransform: candidate.transform }
  const scripts = await examineScripts(ports, texts, candidate.macros, unpublished)
  const examined = examineContent({
    method: candidate.method,
    path: candidate.path,
    content: candidate.content,
    params: candidate.params,
    engine: candidate.engine,
    paging: candidate.paging,
    dialect: datasource?.productType ?? 'postgres',
    macros: ofType('SQL', candidate.macros),
    unpublishedMacros: ofType('SQL', unpublished).map(({ name }) => name),
    lengthMax: ports.config.external.templateCharactersMax,
  })
  const errors = [...datasourceFaults(candidate, datasource, missing), ...examined.errors, ...scripts.errors]
  const parameters = examined.program?.parameters.map(({ name }) => name) ?? []
  const known = { parameters, clash, warnings: examined.warnings, scripts: scripts.plan }
  if (examined.program === undefined) return { ...known, plan: undefined, errors, counts: NOTHING_PROVED, writes: null }
  const { program } = examined
  const proof = await withInspector(ports, datasource, (inspector) =>
    proveContent({
      program,
      content: candidate.content,
      method: candidate.method,
      paging: candidate.paging,
      prepare:
        inspector === undefined ? undefined : (texts) => inspector.prepare(texts, AbortSignal.timeout(PROOF_MS_MAX)),
    }),
  )
  return {
    ...known,
    plan: proof.plan,
    errors: [...errors, ...proof.errors],
    warnings: [...known.warnings, ...proof.warnings],
    counts: proof.counts,
    writes: proof.writes,
  }
}

/** The refusal of a publish; nothing when all is well. */
export function refuseFaulty({ errors, clash }: Pick<Examination, 'errors' | 'clash'>): void {
  if (errors.length > 0) {
    throw new AppError('CONTENT_INVALID', errors.map(({ message }) => message).join('; '), {
      message: errors[0]?.message ?? '',
      errors,
    })
  }
  if (clash !== undefined) throw routeClash(clash)
}

/** Names the API that has the route already. */
export function routeClash({ name, path }: RouteHolder): AppError {
  const message = `The published API "${name}" has this route already: /${path}`
  return new AppError('CONFLICT', message, { message, errors: [{ field: 'path', message }] })
}

async function readWhatItNeeds({ database }: ExaminePorts, candidate: Candidate) {
  const { apiId, moduleId, datasourceId, extraDatasourceIds, method, path } = candidate
  return database.read(async (tx) => ({
    datasource: datasourceId === null ? null : await datasourceStore.find(tx, datasourceId),
    missing: await datasourceStore.missing(tx, extraDatasourceIds),
    unpublished: await macroStore.unpublished(tx, moduleId),
    clash:
      path === undefined ? undefined : await apiStore.publishedRoute(tx, method, path.replace(/^\/+|\/+$/g, ''), apiId),
  }))
}

function datasourceFaults(
  { engine, datasourceId }: Candidate,
  datasource: Datasource | null,
  missing: readonly string[],
): Fault[] {
  const needsIt = engine === 'SQL' || datasourceId !== null
  return [
    ...(needsIt && datasource === null
      ? [{ field: 'datasource_id', message: 'The API needs a data source that exists' }]
      : []),
    ...missing.map((id) => ({ field: 'extra_datasource_ids', message: `The data source ${id} does not exist` })),
  ]
}

async function withInspector<T>(
  { inspect, keyring, config }: ExaminePorts,
  datasource: Datasource | null,
  work: (inspector: Inspector | undefined) => Promise<T>,
): Promise<T> {
  if (datasource === null || !datasource.isActive) return work(undefined)
  const inspector = inspect(datasourceConnection(datasource, keyring, config.external))
  try {
    return await work(inspector)
  } finally {
    await inspector.close()
  }
}
