import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Request {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

interface Common {
  readonly url: string
  /** Sent in turn. */
  readonly requests: readonly Request[]
  /** What counts; leading in comes on top. */
  readonly seconds: number
}

export type Job =
  | (Common & { readonly model: 'closed'; readonly connections: number })
  | (Common & { readonly model: 'open'; readonly perSecond: number })

/** What the generator saw between the beginning and the end of what counts. */
export interface Seen {
  /** The status of each answer that was not 200; 0 for one that did not come. */
  readonly failures: readonly number[]
  /** Closed: while the answers came. Open: from the first moment when one was due until the last was sent. */
  readonly measuredMs: number
  /** One for each answer; open: from the moment when the request was due. */
  readonly latenciesMs: Float64Array
  /** Open: how long after that moment each was sent. */
  readonly latenessMs?: Float64Array
}

export interface Marks {
  begin(): void
  over(): void
}

type Word = { kind: 'begin' } | { kind: 'over' } | { kind: 'seen'; seen: Seen } | { kind: 'failed'; reason: string }

const PROGRAM = fileURLToPath(new URL('main.mjs', import.meta.url))

// Those that are free; kept, because starting one takes longer than leading in.
const idle: ChildProcess[] = []

/** Sends load from a process of its own; says when what counts begins and when it is over. Several at once are several processes. */
export async function generate(job: Job, marks: Marks): Promise<Seen> {
  const child = idle.pop() ?? started()
  const seen = await answer(child, job, marks)
  idle.push(child)
  return seen
}

function started(): ChildProcess {
  // Without the options of this process: a test runner's would be loaded there too.
  const child = fork(PROGRAM, { execArgv: [], env: { PATH: process.env['PATH'] ?? '' }, serialization: 'advanced' })
  process.once('exit', () => child.kill('SIGKILL'))
  // Only a job holds this process up.
  child.unref()
  child.channel?.unref()
  return child
}

/** Rejects when it fails or ends, whatever it had begun; such a process is not used again. */
function answer(child: ChildProcess, job: Job, marks: Marks): Promise<Seen> {
  child.channel?.ref()
  let leave = (): void => undefined
  return new Promise<Seen>((resolve, reject) => {
    const hear = (word: Word): void => {
      if (word.kind === 'begin') marks.begin()
      else if (word.kind === 'over') marks.over()
      else if (word.kind === 'seen') resolve(word.seen)
      else reject(new Error(`the load generator failed: ${word.reason}`))
    }
    const gone = (code: unknown): void => {
      reject(new Error(`the load generator ended with ${String(code)} before it said what it saw`))
    }
    child.on('message', hear).once('error', reject).once('exit', gone)
    leave = () => void child.off('message', hear).off('error', reject).off('exit', gone)
    child.send(job)
  }).finally(() => {
    leave()
    child.channel?.unref()
  })
}
