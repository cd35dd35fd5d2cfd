/** How to reach admin's internal routes. */
export interface AdminAddress {
  /** For example http://127.0.0.1:9001 */
  readonly adminInternalUrl: string
  readonly serviceToken: string
}

/** One request to an internal route, with the service token. Rejects when admin cannot be reached; the status is the caller's matter. */
export async function adminFetch(
  address: AdminAddress,
  route: string,
  request: {
    readonly signal: AbortSignal
    readonly body?: unknown
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<Response> {
  const headers = { authorization: `Bearer ${address.serviceToken}`, ...request.headers }
  try {
    if (request.body === undefined) {
      return await fetch(new URL(route, address.adminInternalUrl), { headers, signal: request.signal })
    }
    return await fetch(new URL(route, address.adminInternalUrl), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(request.body),
      signal: request.signal,
    })
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error })
  }
}

/** The sentence that tells most: fetch hides "connection refused" in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof AggregateError) return reasonOf(error.cause.errors[0])
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
