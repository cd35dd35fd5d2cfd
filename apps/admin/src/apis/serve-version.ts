import type { PublishedAnswer } from '@penstock/contracts'
import { datasourceStore, publicationStore, type Api, type ApiVersion, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Ports } from '../base/ports.js'
import type { Caller } from '../base/principal.js'
import { cacheWarnings } from './cache-warning.js'
import type { Examination } from './examine-candidate.js'

export interface Serving {
  readonly api: Api
  readonly version: ApiVersion
  readonly examination: Examination
  readonly action: 'publish' | 'rollback'
}

/** Makes the version the one that gateways serve: rows, history, audit record and snapshot, in the caller's transaction. */
export async function serveVersion(
  tx: Tx,
  { audit, changes }: Pick<Ports, 'audit' | 'changes'>,
  caller: Caller,
  { api, version, examination, action }: Serving,
): Promise<PublishedAnswer> {
  const { plan, scripts, counts, warnings } = examination
  if (version.executeEngine === 'SQL' ? plan === undefined : scripts?.main === undefined)
    throw new AppError('CONTENT_INVALID', 'a version without a plan')
  await datasourceStore.hold(tx, version.extraDatasourceIds)
  if ((await datasourceStore.missing(tx, version.extraDatasourceIds)).length > 0) throw goneMeanwhile()
  await publicationStore.publish(tx, {
    apiId: api.id,
    versionId: version.id,
    datasourceId: version.datasourceId,
    method: version.httpMethod,
    path: version.path,
    plan,
    scripts:
      scripts === undefined
        ? undefined
        : { ...scripts, extra_datasource_ids: version.extraDatasourceIds, request_headers: version.scriptHeaders },
    shapes: counts.shapes,
    proved: counts.proved,
  })
  await publicationStore.note(tx, api.id, { action, versionId: version.id }, caller.user)
  await audit(tx, caller, {
    action: `api.${action}`,
    resource: { type: 'api', id: api.id, name: api.name },
    before: {
      shown: { version_id: api.publishedVersionId, http_method: api.publishedMethod, path: api.publishedPath },
    },
    after: {
      shown: { version_id: version.id, version: version.version, http_method: version.httpMethod, path: version.path },
    },
  })
  const revision = (await changes.touch(tx, [`api:${api.id}`])) ?? (await publicationStore.revision(tx))
  return {
    id: api.id,
    version_id: version.id,
    version: version.version,
    revision: revision.revision,
    proof: counts,
    warnings: [...warnings, ...cacheWarnings(api, version, examination)],
  }
}

function goneMeanwhile(): AppError {
  return new AppError('CONFLICT', 'a data source of extra_datasource_ids was removed while it was being published', {
    message: 'A data source of the version does not exist any more',
  })
}
