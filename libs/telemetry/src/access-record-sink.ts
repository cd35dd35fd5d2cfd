import type { Observe } from '@penstock/observations'
import type { AccessRecordBatcher } from './access-record-batcher.js'
import { recordJson } from './record-json.js'

/** Turns finished calls into access records. */
export function accessRecordSink(batcher: Pick<AccessRecordBatcher, 'add'>): Observe {
  return (observation) => {
    if (observation.kind === 'call.finished') batcher.add(recordJson(observation))
  }
}
