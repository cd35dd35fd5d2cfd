/** What a client may call by itself, and the groups it is in. */
export interface ClientGrants {
  readonly apiIds: ReadonlySet<string>
  readonly groupIds: readonly string[]
}

export interface GroupGrants {
  readonly isActive: boolean
  readonly apiIds: ReadonlySet<string>
}

/** True when the client is linked to the API directly or through an active group. */
export function mayCall(client: ClientGrants, groups: ReadonlyMap<string, GroupGrants>, apiId: string): boolean {
  if (client.apiIds.has(apiId)) return true
  return client.groupIds.some((id) => {
    const group = groups.get(id)
    return group !== undefined && group.isActive && group.apiIds.has(apiId)
  })
}
