import { startRedis, type OwnedRedis } from '@penstock/testing'
import { Redis } from 'ioredis'
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Call {
  sent: bigint
  received: bigint
  /** Undefined for a call that was in flight when its process was killed. */
  released: bigint | undefined
}
interface Gateway {
  process: ChildProcess
  calls: Call[]
  ended: Promise<void>
}

const RATE = 60
const WINDOW_MS = 1000
const IN_FLIGHT = 6
const MS = 1_000_000n
const program = fileURLToPath(new URL('../fixtures/gateway-load.mjs', import.meta.url))

let server: OwnedRedis
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

function startGateway(caller: string, forMs: number, seed: number): Gateway {
  const settings = { url: server.url, caller, rate: RATE, windowMs: WINDOW_MS, inFlight: IN_FLIGHT, forMs, seed }
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const calls: Call[] = []
  const byStart = new Map<string, Call>()
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const said = JSON.parse(line) as { event: string; sent: string; received: string; released: string }
    if (said.event === 'admitted') {
      const call: Call = { sent: BigInt(said.sent), received: BigInt(said.received), released: undefined }
      byStart.set(`${said.received}`, call)
      calls.push(call)
    } else {
      const call = byStart.get(said.received)
      if (call !== undefined) call.released = BigInt(said.released)
    }
  })
  const ended = new Promise<void>((resolve) => lines.once('close', () => resolve()))
  return { process: child, calls, ended }
}

/**
 * The most admissions that certainly lie in one window: Redis admitted each call somewhere between `sent` and `received`, so those that
 * were sent and answered within a window were admitted in it. Every window that begins with a call is looked at.
 */
function worstWindow(calls: readonly Call[]): number {
  return Math.max(
    ...calls.map(
      ({ sent }) => calls.filter((call) => call.sent >= sent && call.received < sent + BigInt(WINDOW_MS) * MS).length,
    ),
  )
}

/** The most calls that were certainly in flight together: from the answer of the limiter until just before their release. */
function worstInFlight(calls: readonly Call[]): number {
  const whole = calls.filter((call): call is Call & { released: bigint } => call.released !== undefined)
  return Math.max(
    ...whole.map(
      ({ received }) => whole.filter((call) => call.received <= received && received < call.released).length,
    ),
  )
}

describe('many gateways on one Redis', () => {
  it('admit no more than N in any window and never more than C at a time, also when one is killed', async () => {
    const gateways = [1, 2, 3, 4].map((seed) => startGateway('steady', 5000, seed * 7919))
    const [victim] = gateways
    // Killed in the middle of its calls, once it has made some.
    const seen = new Promise<void>((resolve) =>
      victim?.process.stdout?.on('data', () => (victim.calls.length > 10 ? resolve() : undefined)),
    )
    await seen
    victim?.process.kill('SIGKILL')
    await Promise.all(gateways.map(({ ended }) => ended))
    const calls = gateways.flatMap((gateway) => gateway.calls)
    expect(calls.length, 'enough calls to mean something').toBeGreaterThan(RATE * 2)
    expect(worstWindow(calls)).toBeLessThanOrEqual(RATE)
    expect(worstInFlight(calls)).toBeLessThanOrEqual(IN_FLIGHT)
    // Work conserving: five seconds of more demand than N use N in at least three whole windows.
    expect(calls.length).toBeGreaterThanOrEqual(RATE * 3)
  })

  it('admit at most 2N in a window and 2C at a time when Redis is flushed in the middle', async () => {
    const gateways = [5, 6, 7, 8].map((seed) => startGateway('flushed', 3000, seed * 7919))
    const enough = new Promise<void>((resolve) => {
      for (const { process: child } of gateways) {
        child.stdout?.on('data', () =>
          gateways.flatMap(({ calls }) => calls).length > RATE + 10 ? resolve() : undefined,
        )
      }
    })
    await enough
    const redis = new Redis(server.url)
    await redis.flushall()
    redis.disconnect()
    await Promise.all(gateways.map(({ ended }) => ended))
    const calls = gateways.flatMap((gateway) => gateway.calls)
    expect(worstWindow(calls)).toBeLessThanOrEqual(2 * RATE)
    expect(worstInFlight(calls)).toBeLessThanOrEqual(2 * IN_FLIGHT)
  })
})
