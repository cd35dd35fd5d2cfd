import type { LogLevel, ScriptJob, ScriptOutcome, ScriptRunner } from '@penstock/script'
import { type AttackCategory, ATTACK_CATEGORIES, ATTACKS } from '@penstock/script/attacks'
import { afterAll, describe, expect, it } from 'vitest'
import { openWeakenedRunner } from './open-script-runner.js'
import type { Defence } from './protocol/defences.js'
import { apiStep, budget, job, PRELUDE } from './testing/jobs.js'

// Each category of attack succeeds where its defence is off: the suite of attacks would notice if one were missing.
const BUDGET = { ...budget, wallMs: 200, cpuMs: 100 }
// Far over the deadline: who still runs then is not being ended.
const STILL_RUNS_MS = 1_000
const open: ScriptRunner[] = []
afterAll(() => Promise.all(open.map((runner) => runner.close())))

const without = (...defences: Defence[]): ScriptRunner => {
  const runner = openWeakenedRunner({ prelude: PRELUDE, withoutDefences: defences })
  open.push(runner)
  return runner
}
const sourceOf = (name: string): string => {
  const attack = ATTACKS.find((one) => one.name.startsWith(`${name} `))
  if (attack === undefined) throw new Error(`no attack ${name}`)
  return attack.source.replaceAll('HOST_CALL', 'echo(1)').replaceAll('LOG(', 'log(')
}
const attack = (runner: ScriptRunner, name: string, over: Partial<ScriptJob> = {}, lines: [LogLevel, string][] = []) =>
  runner.run(job([apiStep(sourceOf(name))], { budget: BUDGET, ...over }, lines))

async function runsOn(runner: ScriptRunner, name: string): Promise<void> {
  let outcome: ScriptOutcome | undefined
  const abort = new AbortController()
  const started = runner.run(job([apiStep('result = 1')]))
  await started
  const running = attack(runner, name, { signal: abort.signal }).then((ended) => (outcome = ended))
  await new Promise((resolve) => setTimeout(resolve, STILL_RUNS_MS))
  expect(outcome).toBeUndefined()
  abort.abort()
  expect(await running).toMatchObject({ kind: 'aborted' })
}

const PROOFS: { readonly [category in AttackCategory]: () => Promise<void> } = {
  interpreter: () => runsOn(without('interrupt', 'watchdog'), 'A1'),
  natives: () => runsOn(without('watchdog'), 'B2'),
  regexps: () => runsOn(without('interrupt', 'watchdog'), 'C1'),
  promises: () => runsOn(without('pump', 'watchdog'), 'F2'),
  async memory() {
    const hoard =
      'const all = []; for (let n = 0; n < 1500; n += 1) all.push(new Uint8Array(100_000)); result = all.length'
    const outcome = await without('memory').run(job([apiStep(hoard)]))
    expect(outcome).toMatchObject({ kind: 'done', results: ['1500'] })
  },
  async stack() {
    const caught = 'const f = () => f() + 1; try { f() } catch (error) { result = error.message }'
    expect(await without().run(job([apiStep(caught)]))).toMatchObject({ kind: 'done', results: ['"stack overflow"'] })
    // Without the guest's own limit the stack of the thread ends first, under the engine: nothing in the guest can catch that.
    expect(await without('stack').run(job([apiStep(caught)]))).not.toMatchObject({ kind: 'done' })
  },
  async escape() {
    expect(await attack(without('intrinsics'), 'G1', { budget })).toMatchObject({ kind: 'done', results: ['1'] })
  },
  async boundary() {
    const lines: [LogLevel, string][] = []
    const weak = without('logs', 'calls', 'result')
    await attack(weak, 'H8', { budget }, lines)
    expect(lines[0]?.[1]).toContain('\u001b[2J')
    expect(await weak.run(job([apiStep('result = "x".repeat(3_000_000)')]))).toMatchObject({ kind: 'done' })
    expect(await attack(weak, 'F9', { budget })).toMatchObject({ kind: 'threw', thrown: { message: 'all answered' } })
  },
  async leak() {
    const weak = without('fresh')
    await attack(weak, 'H1', { budget })
    expect(await attack(weak, 'H1', { budget })).toMatchObject({ kind: 'done', results: ['"seen by another"'] })
  },
}

describe('what each defence holds back', () => {
  for (const category of ATTACK_CATEGORIES) it(`lets attacks of ${category} succeed where it is off`, PROOFS[category])
})

it('lets one API take all threads where turns and shares are off', async () => {
  const waitsFor = async (...defences: Defence[]) => {
    const runner = openWeakenedRunner({
      prelude: PRELUDE,
      withoutDefences: ['suspension', ...defences],
      instancesMax: 4,
    })
    open.push(runner)
    // Until all threads are there, so that nobody waits for one to start.
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((apiId) =>
        runner.run(job([apiStep('result = await echo(1)')], { apiId, moduleId: apiId })),
      ),
    )
    const ends: string[] = []
    const flood = Array.from({ length: 12 }, async (_, n) => {
      await attack(runner, 'A1', { apiId: 'flood', caller: `caller ${n}` })
      ends.push('flood')
    })
    await runner.run(job([apiStep('result = 1')], { apiId: 'neighbour' }))
    const endedBefore = ends.length
    await Promise.all(flood)
    return endedBefore
  }
  // First come, first served: eight of twelve at least are done before the neighbour begins. With shares, none need be.
  expect(await waitsFor('fairness')).toBeGreaterThanOrEqual(8)
  expect(await waitsFor()).toBeLessThan(8)
})
