import type { ScriptRunner } from '@penstock/script'
import { afterEach, describe, expect, it } from 'vitest'
import { openScriptRunner } from './open-script-runner.js'
import type { ScriptEngineFact, ScriptRunnerOptions } from './runner/options.js'
import { apiStep, budget, job, PRELUDE, valueOf } from './testing/jobs.js'

const HANGS = apiStep('export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 5)')
const SHORT = { ...budget, wallMs: 150, cpuMs: 150 }
const opened: ScriptRunner[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((runner) => runner.close()))
})

function open(options: Partial<ScriptRunnerOptions> = {}) {
  const facts: ScriptEngineFact[] = []
  const runner = openScriptRunner({ prelude: PRELUDE, observe: (fact) => facts.push(fact), ...options })
  opened.push(runner)
  const factsOf = (kind: ScriptEngineFact['kind']) => facts.filter((fact) => fact.kind === kind)
  return { runner, factsOf }
}

const pidOf = (fact: ScriptEngineFact | undefined): number => (fact?.kind === 'script-host.started' ? fact.pid : 0)
const works = (runner: ScriptRunner) =>
  valueOf(runner.run(job([apiStep('result = 1')], { apiId: 'well', moduleId: 'well' })))

describe('a script host that is killed', () => {
  it('loses the running calls, says so, and serves again within 500 ms', async () => {
    const { runner, factsOf } = open()
    await works(runner)
    const running = [1, 2].map(() => runner.run(job([apiStep('export default () => never()')])))
    // Answered on another thread, so those two run by now.
    await works(runner)
    process.kill(pidOf(factsOf('script-host.started')[0]), 'SIGKILL')
    for (const outcome of await Promise.all(running)) expect(outcome).toMatchObject({ kind: 'lost' })
    expect(await works(runner)).toBe(1)
    expect(factsOf('script-host.lost')).toMatchObject([{ jobsLost: 2 }])

    const restarted = factsOf('script-host.started')[1]
    expect(restarted?.kind === 'script-host.started' ? restarted.tookMs : Infinity).toBeLessThan(500)
  })

  it('is not missed by calls that wait: they run on the next one', async () => {
    const { runner, factsOf } = open({ instancesMax: 2 })
    await works(runner)
    const held = [1, 2].map((n) => runner.run(job([apiStep('export default () => never()')], { apiId: `held ${n}` })))
    const waiting = works(runner)
    process.kill(pidOf(factsOf('script-host.started')[0]), 'SIGKILL')
    expect(await waiting).toBe(1)
    await Promise.all(held)
  })
})

describe('a script that hangs again and again', () => {
  it('is suspended and reported, while others run', async () => {
    const { runner, factsOf } = open()
    const kinds: string[] = []
    for (let n = 0; n < 4; n += 1) kinds.push((await runner.run(job([HANGS], { budget: SHORT }))).kind)
    expect(kinds).toEqual(['timeout', 'timeout', 'timeout', 'suspended'])
    expect(factsOf('script.killed')).toHaveLength(3)
    expect(factsOf('script.suspended')).toMatchObject([
      { apiId: 'api', files: ['demo/script'], forMs: 5_000, before: 0 },
    ])
    expect(await works(runner)).toBe(1)
    expect(factsOf('script-host.lost')).toHaveLength(0)
  })
})

describe('a runner that is full', () => {
  const held = (n: number) =>
    job([apiStep('export default () => never()')], { apiId: `held ${n}`, budget: { ...budget, wallMs: 600 } })

  it('says busy to who waited too long, and to who finds no place to wait', async () => {
    const { runner } = open({ instancesMax: 2, queueMax: 2 })
    await works(runner)
    const holding = [1, 2].map((n) => runner.run(held(n)))
    const impatient = { ...budget, queueWaitMs: 50 }
    const waiting = ['a', 'b'].map((apiId) => runner.run(job([apiStep('result = 1')], { apiId, budget: impatient })))
    expect(await runner.run(job([apiStep('result = 1')], { apiId: 'c' }))).toMatchObject({ kind: 'busy' })
    for (const outcome of await Promise.all(waiting))
      expect(outcome).toMatchObject({ kind: 'busy', retryAfterMs: 1_000 })
    await Promise.all(holding)
    expect(await works(runner)).toBe(1)
  })

  it('lets go of who gives up while he waits', async () => {
    const { runner } = open({ instancesMax: 2 })
    await works(runner)
    const holding = [1, 2].map((n) => runner.run(held(n)))
    const abort = new AbortController()
    const waiting = runner.run(job([apiStep('result = 1')], { signal: abort.signal }))
    abort.abort()
    expect(await waiting).toMatchObject({ kind: 'aborted' })
    await Promise.all(holding)
  })

  it('ends all that runs and waits when it is closed', async () => {
    const { runner } = open({ instancesMax: 2 })
    await works(runner)
    const all = [1, 2, 3].map((n) => runner.run(held(n)))
    await runner.close()
    expect((await Promise.all(all)).map((outcome) => outcome.kind)).toEqual(['lost', 'lost', 'aborted'])
    expect(await runner.run(held(4))).toMatchObject({ kind: 'aborted' })
  })
})
