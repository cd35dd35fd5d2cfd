import type { clientList, listClientsQuery } from '@penstock/contracts'
import { clientStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import { permittedIds, type Caller } from '../../base/principal.js'
import { clientSummaryOf } from '../client-answer.js'

export type ListClients = (
  caller: Caller,
  query: z.output<typeof listClientsQuery>,
) => Promise<z.output<typeof clientList>>

/** The clients that the caller may read. */
export function listClients({ database }: Pick<Ports, 'database'>): ListClients {
  return async (caller, query) => {
    const { items, total } = await database.read((tx) =>
      clientStore.page(tx, {
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
        permitted: permittedIds(caller.user, 'client:read'),
        name: query.name,
        clientId: query.client_id,
        isActive: query.is_active,
      }),
    )
    return { data: items.map(clientSummaryOf), total }
  }
}
