// Keeps one child process running: restarts it when it ends by itself, with growing pauses, and gives up when that does not help.
import { spawn } from 'node:child_process'
import { eachLine } from './log-lines.mjs'

const DEFAULTS = { firstPauseMs: 500, pauseMsMax: 30_000, healthyMs: 60_000, failuresMax: 8, stopMsMax: 45_000 }

/**
 * Starts `program` under Node and returns its supervisor. `onLine(line)` gets its output; `onEvent(event)` gets
 * {kind: 'started', pid} | {kind: 'ended', code, signal, pauseMs} | {kind: 'gave-up', lastLines}.
 */
export function supervise({ program, nodeArgs = [], env, cwd, onLine, onEvent, timing = {} }) {
  const { firstPauseMs, pauseMsMax, healthyMs, failuresMax, stopMsMax } = { ...DEFAULTS, ...timing }
  let child
  let failures = 0
  let stopping = false
  let pause
  let gone = Promise.resolve()

  const start = () => {
    const lastLines = []
    const startedAt = performance.now()
    // A group of its own: Ctrl-C in the terminal reaches us alone, and we stop the processes in order.
    child = spawn(process.execPath, [...nodeArgs, program], {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [child.stdout, child.stderr]) {
      eachLine(stream, (line) => {
        lastLines.push(line)
        if (lastLines.length > 20) lastLines.shift()
        onLine(line)
      })
    }
    gone = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve()
        if (!stopping) ended(code, signal, performance.now() - startedAt, lastLines)
      })
    })
    onEvent({ kind: 'started', pid: child.pid })
  }

  const ended = (code, signal, ranMs, lastLines) => {
    failures = ranMs >= healthyMs ? 1 : failures + 1
    if (failures >= failuresMax) return onEvent({ kind: 'gave-up', lastLines })
    const pauseMs = Math.min(firstPauseMs * 2 ** (failures - 1), pauseMsMax)
    pause = setTimeout(start, pauseMs)
    onEvent({ kind: 'ended', code, signal, pauseMs })
  }

  start()
  return {
    get pid() {
      return child.pid
    },
    /** SIGTERM, then SIGKILL when the process has not ended in time; resolves when it is gone. It is not started again. */
    async stop() {
      stopping = true
      clearTimeout(pause)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
      await gone
      clearTimeout(timer)
    },
  }
}
