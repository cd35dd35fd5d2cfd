import { INTERNAL_ROUTES } from '@penstock/contracts'
import { askAdmin, type AdminAddress } from '@penstock/internal-http'
import type { Delivery } from './access-record-batcher.js'

// Answers that a second attempt cannot change; everything else (401 while keys are being rotated, 408, 429, 5xx) may get better.
const HOPELESS = new Set([400, 413, 415, 422])

/** Posts batches to admin's internal route with the service token. Throws when it should be tried again. */
export function deliverByHttp(address: AdminAddress) {
  return async (body: Buffer, signal: AbortSignal): Promise<Delivery> => {
    const { status } = await askAdmin(address, INTERNAL_ROUTES.accessRecords, { body, signal })
    if (status >= 200 && status < 300) return 'taken'
    if (HOPELESS.has(status)) return 'refused'
    throw new Error(`admin answered ${status}`)
  }
}
