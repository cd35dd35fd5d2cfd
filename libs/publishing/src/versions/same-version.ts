import { canonicalJson, type HttpMethod, type PagingDefinition, type ParamDefinition } from '@penstock/contracts'

/** What a version holds, of the draft or of a version that was taken. */
export interface VersionedPart {
  readonly httpMethod: HttpMethod
  readonly path: string
  readonly executeEngine: string
  readonly datasourceId: string | null
  readonly content: string
  readonly params: readonly ParamDefinition[]
  readonly resultTransform: string | null
  readonly extraDatasourceIds: readonly string[]
  readonly scriptHeaders: readonly string[]
  readonly paging: PagingDefinition | null
  /** Macro id → id of the macro's version. */
  readonly macroVersions: Readonly<Record<string, string>>
}

/** Names as the outside knows them. */
const FIELDS = {
  http_method: 'httpMethod',
  path: 'path',
  execute_engine: 'executeEngine',
  datasource_id: 'datasourceId',
  params: 'params',
  result_transform: 'resultTransform',
  extra_datasource_ids: 'extraDatasourceIds',
  script_headers: 'scriptHeaders',
  paging: 'paging',
  macro_versions: 'macroVersions',
} as const

export interface FieldChange {
  readonly field: string
  readonly a: unknown
  readonly b: unknown
}

/** The fields beside the content in which two versions differ. The order of members does not matter, that of parameters does. */
export function fieldChanges(a: VersionedPart, b: VersionedPart): FieldChange[] {
  return Object.entries(FIELDS).flatMap(([field, name]) =>
    canonicalJson(a[name]) === canonicalJson(b[name]) ? [] : [{ field, a: a[name], b: b[name] }],
  )
}

/** True when taking a version of one would give nothing that the other does not hold. */
export function sameVersion(a: VersionedPart, b: VersionedPart): boolean {
  return a.content === b.content && fieldChanges(a, b).length === 0
}
