import { freePort, startProcess, waitUntil, type RunningProcess } from '@penstock/testing'
import { SERVER_ARGS } from '../../tools/run/node-args.mjs'
import { program } from './programs.js'

/** One program of ours on two ports that stay its own over restarts. */
export interface Service {
  readonly url: string
  readonly opsUrl: string
  /** Starts it, again after a kill: on the same ports, with the same settings. Resolves when it is ready. */
  start(): Promise<void>
  /** The same for one that cannot become ready: returns when its process was started. */
  spawn(): void
  kill(): Promise<void>
  /** Throws when it had ended by itself after it was ready. */
  stop(): Promise<void>
  /** Of the running process. */
  pid(): number
  /** What its last process printed. */
  output(): string
}

const READY_MS_MAX = 30_000

/** `ports` are the names of its settings for the public port and the ops port. */
export async function service(
  app: string,
  ports: readonly [string, string],
  env: Readonly<Record<string, string>>,
): Promise<Service> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const own = { ...env, [ports[0]]: String(port), [ports[1]]: String(opsPort) }
  const opsUrl = `http://127.0.0.1:${opsPort}`
  const toldToEnd = new WeakSet<RunningProcess>()
  let running: RunningProcess | undefined
  let death: Error | undefined
  const spawn = (): RunningProcess =>
    (running = startProcess(program(app, 'main'), { env: own, nodeArgs: SERVER_ARGS }))
  const watch = (ready: RunningProcess): void =>
    void ready.ended.then((code) => {
      if (toldToEnd.has(ready)) return
      death = new Error(`${app} ended by itself with ${String(code)} after it was ready:\n${ready.output()}`)
      // At once: what the test fails with next is a consequence only.
      console.error(death.message)
    })
  return {
    url: `http://127.0.0.1:${port}`,
    opsUrl,
    output: () => `---- ${app}\n${running?.output() ?? 'never started'}`,
    spawn: () => void spawn(),
    async start() {
      const started = spawn()
      await readyOrEnded(app, started, opsUrl)
      watch(started)
    },
    async kill() {
      if (running === undefined) return
      toldToEnd.add(running)
      await running.kill()
    },
    pid() {
      if (running === undefined) throw new Error(`${app} was never started`)
      return running.pid
    },
    async stop() {
      if (running !== undefined) toldToEnd.add(running)
      await running?.stop()
      if (death !== undefined) throw death
    },
  }
}

async function readyOrEnded(app: string, started: RunningProcess, opsUrl: string): Promise<void> {
  const ended = started.ended.then((code) => {
    throw new Error(`${app} ended with ${String(code)} before it was ready:\n${started.output()}`)
  })
  ended.catch(() => undefined)
  const ready = waitUntil(async () => (await fetch(`${opsUrl}/health/ready`)).status === 200, {
    withinMs: READY_MS_MAX,
    what: `${app} being ready`,
  })
  await Promise.race([ready, ended])
}
