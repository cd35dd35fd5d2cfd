import { httpMethod, type effectiveApisAnswer } from '@penstock/contracts'
import { clientStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findClient } from '../client-answer.js'

export type ListEffectiveApis = (caller: Caller, id: string) => Promise<z.output<typeof effectiveApisAnswer>>

/** The APIs that a client is linked to, and through what. */
export function listEffectiveApis({ database }: Pick<Ports, 'database'>): ListEffectiveApis {
  return (_caller, id) =>
    database.read(async (tx) => {
      await findClient(tx, id)
      const apis = await clientStore.effectiveApis(tx, id)
      return {
        data: apis.map((api) => ({
          id: api.id,
          name: api.name,
          http_method: httpMethod.parse(api.httpMethod),
          path: api.path,
          access_type: api.accessType,
          is_published: api.isPublished,
          direct: api.direct,
          groups: [...api.groups],
        })),
      }
    })
}
