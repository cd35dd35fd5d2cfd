import type { Admission, AdmissionRequest, AdmissionStore } from '@penstock/limits'
import type { Logger } from '@penstock/telemetry'

/** The same store, which also says who takes, is refused and gives back a place in flight. For finding out who holds them. */
export function loggedAdmission(inner: AdmissionStore, logger: Pick<Logger, 'info'>): AdmissionStore {
  const log = (request: AdmissionRequest, admission: Admission): Admission => {
    const { caller, concurrency } = request
    const fields = { caller, keys: concurrency.map(({ key, limit }) => `${key}=${limit}`) }
    logger.info(`limits.${admission.kind}`, fields)
    if (admission.kind !== 'admitted') return admission
    return {
      ...admission,
      release: () => {
        admission.release()
        logger.info('limits.released', fields)
      },
    }
  }
  return {
    admit(request) {
      const admission = inner.admit(request)
      return admission instanceof Promise ? admission.then((one) => log(request, one)) : log(request, admission)
    },
    flush: () => inner.flush?.(),
    close: () => inner.close(),
  }
}
