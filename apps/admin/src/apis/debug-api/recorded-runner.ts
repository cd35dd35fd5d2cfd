import type { ScriptRunner } from '@penstock/script'
import type { DebugRecord } from './debug-record.js'

/** A runner whose jobs, lines and requests are written down. */
export function recordedRunner(inner: ScriptRunner, record: DebugRecord): ScriptRunner {
  return {
    check: (role, program, signal) => inner.check(role, program, signal),
    close: () => inner.close(),
    async run(job) {
      const { host } = job
      const outcome = await inner.run({
        ...job,
        host: {
          async call(request, signal) {
            const startedMs = performance.now()
            const answer = await host.call(request, signal)
            if (request.name === 'http.request') record.asked(request.args, answer, performance.now() - startedMs)
            return answer
          },
          log(level, text) {
            record.logged(level, text)
            host.log(level, text)
          },
        },
      })
      record.ran(job, outcome)
      return outcome
    },
  }
}
