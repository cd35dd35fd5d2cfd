import { spawn } from 'node:child_process'

export interface RunningProcess {
  readonly pid: number
  /** What it wrote to standard output and standard error up to now. */
  output(): string
  /** Resolves with its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** SIGTERM, then SIGKILL when it has not ended in time. Resolves when it is gone. */
  stop(): Promise<void>
  /** SIGKILL, as when a machine dies. Resolves when it is gone. */
  kill(): Promise<void>
}

// Longer than any app's own drain, so that SIGKILL means that the app hangs.
const STOP_MS_MAX = 15_000
const OUTPUT_CHARS_MAX = 1_000_000

/** Starts a Node program with exactly this environment (plus PATH), and keeps the end of its output. */
export function startProcess(
  program: string,
  { args = [], nodeArgs = [], env }: { args?: string[]; nodeArgs?: readonly string[]; env: Record<string, string> },
): RunningProcess {
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid === undefined) throw new Error(`${program} could not be started`)
  let text = ''
  const keep = (piece: Buffer): void => {
    text = (text + piece.toString('utf8')).slice(-OUTPUT_CHARS_MAX)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  // A test run that fails half-way leaves nothing behind.
  const killWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', killWithUs)
  void ended.then(() => process.off('exit', killWithUs))
  return {
    pid: child.pid,
    output: () => text,
    ended,
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      await ended
      clearTimeout(timer)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
