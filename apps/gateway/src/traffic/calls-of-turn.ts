import type { AdmissionStore } from '@penstock/limits'
import { TurnQueue } from './turn-queue.js'

/** Calls that come in one turn of the event loop begin together, and answers that become known in one turn are written together. */
export interface CallsOfTurn {
  readonly begins: TurnQueue
  readonly answers: TurnQueue
}

/**
 * Before the answers of a turn are written, its calls have begun and the places of those that end are on their way back: one trip to the
 * limits' store carries both, and no caller can come back, to any gateway, before its place is free.
 */
export function callsOfTurn(admission: Pick<AdmissionStore, 'flush'>): CallsOfTurn {
  const begins = new TurnQueue()
  const answers = new TurnQueue(() => {
    begins.run()
    admission.flush?.()
  })
  return { begins, answers }
}
