import { apiVersionStore, type Api, type ApiVersion, type Tx, type UsableMacro } from '@penstock/control-store'
import { sameVersion } from '@penstock/publishing'
import type { Ports } from '../base/ports.js'
import type { Caller } from '../base/principal.js'
import { pinnedMacros } from './library-macros.js'

/** What becomes of a draft when a version is taken of it. */
export interface NewVersion {
  readonly api: Api
  readonly commitMessage: string
  /** The published macros in scope; the version holds those that its texts use. */
  readonly macros: readonly UsableMacro[]
}

/** Takes the next version of the draft. The API must be locked, so that numbers have no gaps and none is given twice. */
export async function takeVersion(
  tx: Tx,
  { newId }: Pick<Ports, 'newId'>,
  caller: Caller,
  given: NewVersion,
): Promise<ApiVersion> {
  const newest = await apiVersionStore.newest(tx, given.api.id)
  const version = {
    id: newId(),
    apiId: given.api.id,
    version: (newest?.version ?? 0) + 1,
    commitMessage: given.commitMessage,
    ...versionedPart(given.api, given.macros),
    createdBy: caller.user.id,
    createdByName: caller.user.username,
  }
  await apiVersionStore.insert(tx, version)
  const stored = await apiVersionStore.find(tx, version.id)
  if (stored === null) throw new Error(`version ${version.id} was stored and is not there`)
  return stored
}

/** The newest version when it already holds what the draft does, else the next one. */
export async function versionOfDraft(
  tx: Tx,
  ports: Pick<Ports, 'newId'>,
  caller: Caller,
  given: NewVersion,
): Promise<ApiVersion> {
  const newest = await apiVersionStore.newest(tx, given.api.id)
  if (newest !== null && sameVersion(newest, versionedPart(given.api, given.macros))) return newest
  return takeVersion(tx, ports, caller, given)
}

function versionedPart(api: Api, macros: readonly UsableMacro[]) {
  const { extraDatasourceIds, scriptHeaders } = api
  const { httpMethod, path, executeEngine, datasourceId, content, params, paging, resultTransform } = api
  return {
    httpMethod,
    path,
    executeEngine,
    datasourceId,
    content,
    params,
    paging,
    resultTransform,
    extraDatasourceIds,
    scriptHeaders,
    macroVersions: pinnedMacros(api, macros),
  }
}
