import type { Observe } from '@penstock/observations'
import type { FaultReporter } from './fault.js'

/** Reports calls that failed by a fault of our own; what data sources and callers get wrong has its own codes and is none. */
export function reportCalls(faults: FaultReporter): Observe {
  return (fact) => {
    if (fact.kind !== 'call.finished' || fact.code !== 'INTERNAL') return
    const stack = fact.detail ?? 'unexpected error'
    const error = new Error(stack.split('\n', 1)[0])
    error.stack = stack
    faults.report({
      where: `${fact.method} ${fact.api?.name ?? 'none'}`,
      error,
      tags: { code: fact.code, request_id: fact.requestId },
    })
  }
}
