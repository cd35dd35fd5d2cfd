import { INTERNAL_ROUTES } from '@penstock/contracts'
import type { Delivery } from './access-record-batcher.js'

// Answers that a second attempt cannot change; everything else (401 while keys are being rotated, 408, 429, 5xx) may get better.
const HOPELESS = new Set([400, 413, 415, 422])

/** Posts batches to admin's internal route with the service token. Throws when it should be tried again. */
export function deliverByHttp(options: { readonly adminInternalUrl: string; readonly serviceToken: string }) {
  const url = new URL(INTERNAL_ROUTES.accessRecords, options.adminInternalUrl)
  return async (body: Buffer, signal: AbortSignal): Promise<Delivery> => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${options.serviceToken}`, 'content-type': 'application/json' },
      body,
      signal,
    })
    // The body is read to its end so that the connection can be used again.
    await answer.arrayBuffer()
    if (answer.ok) return 'taken'
    if (HOPELESS.has(answer.status)) return 'refused'
    throw new Error(`admin answered ${answer.status}`)
  }
}
