/** What is noteworthy about jobs; the app decides what of it becomes a log line or a metric. */
export type JobFact =
  | {
      readonly kind: 'job.finished'
      readonly job: string
      readonly id: string
      readonly durationMs: number
      readonly result: unknown
    }
  | {
      readonly kind: 'job.failed'
      readonly job: string
      readonly id: string
      readonly durationMs: number
      readonly attempt: number
      /** False when this was the last attempt, or when retrying cannot help. */
      readonly willRetry: boolean
      readonly error: Error
    }
  /** Its worker died or hung; another attempt is on its way. */
  | { readonly kind: 'job.taken-over'; readonly id: string }
  /** The connection to where the jobs are kept was lost or refused something; it is tried again by itself. */
  | { readonly kind: 'queue.error'; readonly queue: string; readonly error: Error }

export type JobFactSink = (fact: JobFact) => void
