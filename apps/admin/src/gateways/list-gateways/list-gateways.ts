import type { gatewayList } from '@penstock/contracts'
import { gatewayStore, publicationStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { gatewayAnswerOf } from '../gateway-answer.js'

export type ListGateways = (caller: Caller) => Promise<z.output<typeof gatewayList>>

/** Every replica that ever reported and was not cleaned away since, and the revision that they should hold. */
export function listGateways({ database }: Pick<Ports, 'database'>): ListGateways {
  return () =>
    database.read(async (tx) => {
      const [newest, gateways, ages] = [
        await publicationStore.revision(tx),
        await gatewayStore.all(tx),
        await gatewayStore.heartbeatAges(tx),
      ]
      const data = gateways.map((gateway) => gatewayAnswerOf(gateway, ages.get(gateway.gatewayId) ?? 0, newest))
      return { data, total: data.length, ...newest }
    })
}
