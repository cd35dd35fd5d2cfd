import { Controller, Inject } from '@nestjs/common'
import { idParams, purgedCacheAnswer, type PurgedCacheAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { PurgeCache } from './purge-cache.js'

export const PURGE_CACHE = Symbol('PURGE_CACHE')
const SPEC = endpoint({
  method: 'POST',
  path: 'apis/{id}/purge-cache',
  tag: 'APIs',
  summary: 'Forget all cached answers of the API, on every gateway',
  access: { permission: 'api:publish', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: purgedCacheAnswer,
  refusals: [404],
})

@Controller()
export class PurgeCacheController {
  constructor(@Inject(PURGE_CACHE) private readonly purgeCache: PurgeCache) {}

  @Endpoint(SPEC)
  purge(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<PurgedCacheAnswer> {
    return this.purgeCache(caller, params.id)
  }
}
