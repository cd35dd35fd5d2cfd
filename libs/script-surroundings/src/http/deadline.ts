import { HttpRefused } from '@penstock/pipeline'

export interface Deadline {
  readonly signal: AbortSignal
  /** Rejects when the time is over or the job has ended. */
  readonly passed: Promise<never>
  end(): void
}

/** The end of a request: after so long, or with its job. To be ended, whatever happened. */
export function deadlineOf(timeoutMs: number, job: AbortSignal): Deadline {
  const controller = new AbortController()
  const passed = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true })
  })
  // Who does not wait for it any more must not be told that nobody did.
  passed.catch(() => undefined)
  const late = () => controller.abort(new HttpRefused(`no answer within ${timeoutMs} ms`))
  const ended = () => controller.abort(new HttpRefused('the script has ended'))
  const timer = setTimeout(late, timeoutMs)
  if (job.aborted) ended()
  job.addEventListener('abort', ended, { once: true })
  return {
    signal: controller.signal,
    passed,
    end() {
      clearTimeout(timer)
      job.removeEventListener('abort', ended)
    },
  }
}
