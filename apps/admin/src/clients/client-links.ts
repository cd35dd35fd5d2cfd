import { apiStore, clientApiLinks, clientGroupLinks, groupStore, type Tx } from '@penstock/control-store'
import { refuseMissing } from '../base/refuse-missing.js'

/** Makes the links of a client exactly these; a list that is undefined stays. Ids that do not exist are named. */
export async function setClientLinks(
  tx: Tx,
  id: string,
  {
    groupIds,
    apiIds,
  }: { readonly groupIds: readonly string[] | undefined; readonly apiIds: readonly string[] | undefined },
): Promise<void> {
  if (groupIds !== undefined) {
    refuseMissing('group_ids', await groupStore.missing(tx, groupIds))
    await clientGroupLinks.replace(tx, id, groupIds)
  }
  if (apiIds !== undefined) {
    refuseMissing('api_ids', await apiStore.missing(tx, apiIds))
    await clientApiLinks.replace(tx, id, apiIds)
  }
}
