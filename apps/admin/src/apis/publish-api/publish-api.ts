import type { publishApiRequest, PublishedAnswer } from '@penstock/contracts'
import { macroStore, type Api, type ApiVersion } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { examineCandidate, refuseFaulty, type Candidate } from '../examine-candidate.js'
import { findApi, findApiForChange, requireExecute } from '../find-api.js'
import { versionOf } from '../find-version.js'
import { serveVersion } from '../serve-version.js'
import { versionOfDraft } from '../take-version.js'

export type PublishApi = (
  caller: Caller,
  id: string,
  body: z.output<typeof publishApiRequest>,
) => Promise<PublishedAnswer>

export type PublishPorts = Pick<
  Ports,
  'database' | 'changes' | 'audit' | 'newId' | 'keyring' | 'config' | 'inspect' | 'scripts'
>

/**
 * Publishes a version, or the draft as its next version. All that could fail at a call is looked at first, outside of any transaction; then
 * one transaction does it, and refuses when the draft changed meanwhile: what was looked at is what is served.
 */
export function publishApi(ports: PublishPorts): PublishApi {
  return async (caller, id, body) =>
    body.version_id === undefined
      ? publishDraft(ports, caller, id, body.commit_message)
      : publishVersion(ports, caller, { apiId: id, versionId: body.version_id, action: 'publish' })
}

async function publishDraft(
  ports: PublishPorts,
  caller: Caller,
  id: string,
  commitMessage: string,
): Promise<PublishedAnswer> {
  const { api, macros } = await ports.database.read(async (tx) => {
    const found = await findApi(tx, id)
    return { api: found, macros: await macroStore.inScope(tx, found.moduleId) }
  })
  requireExecute(caller, api)
  const examination = await examineCandidate(ports, { ...candidateOf(api, api), macros })
  refuseFaulty(examination)
  return ports.database.transaction(async (tx) => {
    const now = await findApiForChange(tx, id)
    if (now.draftRevision !== api.draftRevision || now.moduleId !== api.moduleId) throw changedMeanwhile()
    const version = await versionOfDraft(tx, ports, caller, { api: now, commitMessage, macros })
    return serveVersion(tx, ports, caller, { api: now, version, examination, action: 'publish' })
  })
}

/** Publishes a version that was taken before, with the macros that it holds. */
export async function publishVersion(
  ports: PublishPorts,
  caller: Caller,
  {
    apiId,
    versionId,
    action,
  }: { readonly apiId: string; readonly versionId: string; readonly action: 'publish' | 'rollback' },
): Promise<PublishedAnswer> {
  const { api, version, macros } = await ports.database.read(async (tx) => {
    const found = await findApi(tx, apiId)
    const taken = await versionOf(tx, apiId, versionId)
    return { api: found, version: taken, macros: await macroStore.pinned(tx, Object.values(taken.macroVersions)) }
  })
  requireExecute(caller, version)
  const examination = await examineCandidate(ports, { ...candidateOf(api, version), macros })
  refuseFaulty(examination)
  return ports.database.transaction(async (tx) =>
    serveVersion(tx, ports, caller, { api: await findApiForChange(tx, apiId), version, examination, action }),
  )
}

function candidateOf(api: Api, content: Api | ApiVersion): Omit<Candidate, 'macros'> {
  return {
    apiId: api.id,
    moduleId: api.moduleId,
    engine: content.executeEngine,
    datasourceId: content.datasourceId,
    extraDatasourceIds: content.extraDatasourceIds,
    method: content.httpMethod,
    path: content.path,
    content: content.content,
    params: content.params,
    transform: content.resultTransform,
    paging: content.paging,
  }
}

function changedMeanwhile(): AppError {
  return new AppError('CONFLICT', 'the draft changed while it was being published', {
    message: 'The draft was changed while it was being published; look at it and publish again',
  })
}
