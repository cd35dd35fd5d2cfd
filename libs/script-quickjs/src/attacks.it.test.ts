import { type Attack, ATTACKS, type AttackEnd } from '@penstock/script/attacks'
import type { ScriptOutcome } from '@penstock/script'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openScriptRunner } from './open-script-runner.js'
import { apiStep, budget, job, PRELUDE, valueOf } from './testing/jobs.js'

// Short clocks keep the suite short: what holds for 200 ms holds for any deadline.
const attacked = { ...budget, wallMs: 200, cpuMs: 120, hostCallsMax: 200, logLinesMax: 20 }
// And short rests: memory is compared when the threads that nobody needs have ended.
const THREAD_IDLE_MS = 1_000
const hosts: number[] = []
const lost: string[] = []
const runner = openScriptRunner({
  prelude: PRELUDE,
  threadIdleMs: THREAD_IDLE_MS,
  observe: (fact) => {
    if (fact.kind === 'script-host.started') hosts.push(fact.pid)
    if (fact.kind === 'script-host.lost') lost.push(fact.detail)
  },
})
const neighbour = () =>
  valueOf(
    runner.run(
      job([apiStep('export default (req) => req.params.a + 1')], {
        apiId: 'neighbour',
        moduleId: 'neighbour',
        caller: 'other',
      }),
    ),
  )
let restingMb = 0
beforeAll(async () => {
  await neighbour()
  // All threads at work once: what is not back afterwards was left by attacks.
  const crowd = Array.from({ length: 40 }, (_, n) => apiCalled(`crowd ${n % 10}`))
  await Promise.all(crowd)
  await atRest()
}, 40_000)
const atRest = () => vi.waitFor(settled, { timeout: 30_000, interval: 2.5 * THREAD_IDLE_MS })
/** Throws until resident memory is what it was when this was last asked; keeps it as what it is at rest. */
function settled(): void {
  const beforeMb = restingMb
  restingMb = residentMb(hosts[0] ?? 0)
  if (Math.abs(restingMb - beforeMb) > 0.01 * restingMb) throw new Error(`not at rest: ${restingMb} MB`)
}
const apiCalled = (moduleId: string) =>
  runner.run(job([apiStep('export default async () => [await echo(1), await echo(2)]')], { moduleId, apiId: moduleId }))
afterAll(() => runner.close())

function endOf(outcome: ScriptOutcome): AttackEnd | string {
  return outcome.kind === 'over-budget' ? outcome.what : outcome.kind
}

const sourceOf = (attack: Attack) => attack.source.replaceAll('HOST_CALL', 'echo(1)').replaceAll('LOG(', 'log(')

/** How late timers of this process fire at worst while `work` runs: on a machine short of cores nobody can be on time. Two timers of it decide an end. */
async function withLateness<T>(work: Promise<T>): Promise<{ value: T; lateMs: number }> {
  let lateMs = 0
  let lastMs = performance.now()
  const ticks = setInterval(() => {
    const nowMs = performance.now()
    lateMs = Math.max(lateMs, nowMs - lastMs - TICK_MS)
    lastMs = nowMs
  }, TICK_MS)
  try {
    const value = await work
    return { value, lateMs }
  } finally {
    clearInterval(ticks)
  }
}
const TICK_MS = 5

async function attackTwice(attack: Attack): Promise<void> {
  // The second run finds what the first may have left.
  for (const caller of ['first', 'second']) {
    // What ends by itself is given the time for it on the busiest machine.
    const given = attack.ends.every((end) => end === 'done' || end === 'threw') ? budget : attacked
    const running = runner.run(job([apiStep(sourceOf(attack))], { budget: given, caller, apiId: attack.name }))
    const { value: outcome, lateMs } = await withLateness(running)
    expect(attack.ends, JSON.stringify(outcome)).toContain(endOf(outcome))
    expect(outcome.usage.wallMs).toBeLessThan(given.wallMs + 150 + 2 * lateMs)
    if (outcome.kind === 'done' && attack.value !== undefined)
      expect(JSON.parse(outcome.results[0] ?? 'null')).toEqual(attack.value)
    expect(await neighbour()).toBe(2)
  }
}

describe(`${ATTACKS.length} attacks end by their deadline and 150 ms, and the next call of another is right`, () => {
  for (const attack of ATTACKS) it(`${attack.category}: ${attack.name}`, () => attackTwice(attack))
})

it('has survived them all in one process, whose resident memory is back', async () => {
  expect(lost).toEqual([])
  expect(hosts.length).toBe(1)
  expect(ATTACKS.length).toBeGreaterThanOrEqual(80)
  const beforeMb = restingMb
  await atRest()
  // Once: what V8 has compiled of the interpreter by now, some 20 MB.
  expect(restingMb).toBeLessThan(1.5 * beforeMb)
}, 40_000)

it('has no more memory when those that fill it come again', async () => {
  for (const attack of ATTACKS.filter(({ category }) => category === 'memory')) await attackTwice(attack)
  await expect.poll(() => residentMb(hosts[0] ?? 0), { timeout: 20_000 }).toBeLessThan(1.1 * restingMb)
}, 90_000)

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
