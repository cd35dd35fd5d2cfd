import { execFile } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
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

/** A job that waits for its host until it is ended, and when it has begun to. */
function holding(runner: ScriptRunner, apiId: string) {
  const abort = new AbortController()
  let begun = (): void => undefined
  const hasBegun = new Promise<void>((resolve) => (begun = resolve))
  const host = {
    call: () => {
      begun()
      return new Promise<string>(() => undefined)
    },
    log: () => undefined,
  }
  const ended = runner.run(
    job([apiStep('export default () => never()')], { apiId, moduleId: apiId, host, signal: abort.signal }),
  )
  return {
    ended,
    hasBegun,
    release: () => {
      abort.abort()
    },
  }
}

async function twoHeld(runner: ScriptRunner) {
  const held = ['held 1', 'held 2'].map((apiId) => holding(runner, apiId))
  await Promise.all(held.map((one) => one.hasBegun))
  const release = async () => {
    for (const one of held) one.release()
    await Promise.all(held.map((one) => one.ended))
  }
  return { ended: held.map((one) => one.ended), release }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

const pidOf = (fact: ScriptEngineFact | undefined): number => (fact?.kind === 'script-host.started' ? fact.pid : 0)
const works = (runner: ScriptRunner) =>
  valueOf(runner.run(job([apiStep('result = 1')], { apiId: 'well', moduleId: 'well' })))

describe('a script host that is killed', () => {
  it('loses the running calls and says so', async () => {
    const { runner, factsOf } = open()
    await works(runner)
    const { ended: running } = await twoHeld(runner)
    process.kill(pidOf(factsOf('script-host.started')[0]), 'SIGKILL')
    for (const outcome of await Promise.all(running)) expect(outcome).toMatchObject({ kind: 'lost' })
    expect(factsOf('script-host.lost')).toMatchObject([{ jobsLost: 2 }])
    expect(await works(runner)).toBe(1)
  })

  it('is back within 500 ms of its death, or four times what a starved machine takes for an empty program', async () => {
    const { runner, factsOf } = open()
    await works(runner)
    for (let n = 0; n < 3; n += 1) {
      process.kill(pidOf(factsOf('script-host.started').at(-1)), 'SIGKILL')
      await expect.poll(() => factsOf('script-host.started').length, { timeout: 10_000 }).toBe(n + 2)
    }
    const tookMs = factsOf('script-host.started').flatMap((fact) =>
      fact.kind === 'script-host.started' ? [fact.tookMs] : [],
    )
    const bareMs = await timeOf(() => promisify(execFile)(process.execPath, ['--eval', '0']))
    expect(Math.min(...tookMs.slice(1))).toBeLessThan(Math.max(500, 4 * bareMs))
  })

  it('is not missed by calls that wait: they run on the next one', async () => {
    const { runner, factsOf } = open({ instancesMax: 2 })
    await works(runner)
    // Programs that nobody knows each take a fresh thread: then a third is warm beside the two that are held.
    for (const apiId of ['a', 'b']) {
      const one = runner.run(job([apiStep(`result = '${apiId}'`)], { apiId, moduleId: apiId }))
      expect(await valueOf(one)).toBe(apiId)
    }
    const { ended: held } = await twoHeld(runner)
    const waiting = works(runner)
    process.kill(pidOf(factsOf('script-host.started')[0]), 'SIGKILL')
    expect(await waiting).toBe(1)
    await Promise.all(held)
  })
})

describe('a prelude that is broken', () => {
  it.each([
    ['(function () {', 'what every script begins with does not evaluate: SyntaxError'],
    ['(() => { throw new TypeError("no") })()', 'what every script begins with does not evaluate: TypeError: no'],
    ['({})', 'what every script begins with is no function (host, contextJson)'],
  ])(
    '%s is said at once and for good, to calls, checks and the operator, and starts no process again',
    async (prelude, words) => {
      const { runner, factsOf } = open({ prelude })
      const waiting = ['a', 'b', 'c'].map((apiId) =>
        runner.run(job([apiStep('result = 1')], { apiId, moduleId: apiId })),
      )
      for (const outcome of await Promise.all(waiting))
        expect(outcome).toMatchObject({ kind: 'broken', why: expect.stringContaining(words) })
      expect(await runner.run(job([apiStep('result = 1')]))).toMatchObject({ kind: 'broken' })
      const [fault] = await runner.check('api', NOTHING, new AbortController().signal)
      expect(fault?.message).toContain(`the script engine cannot start: ${words}`)
      expect(factsOf('script-host.broken')).toHaveLength(1)
      expect(factsOf('script-host.started')).toHaveLength(0)
      expect(factsOf('script-host.lost')).toHaveLength(0)
    },
  )
})
const NOTHING = { hash: 'nothing', file: { name: 'nothing', source: 'result = 1' }, macros: [] }

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

describe('a crowd of calls that may have one thread together', () => {
  it('has none started for those that wait, as it would for calls that may run', async () => {
    const { runner, factsOf } = open({ instancesMax: 8 })
    await works(runner)
    const { release } = await twoHeld(runner)
    await release()
    const pid = pidOf(factsOf('script-host.started')[0])
    const most = (calls: (signal: AbortSignal) => Promise<unknown>) => mostThreads(pid, calls)
    const before = await most(() => works(runner))
    const hostile = await most((signal) => {
      const looping = Array.from({ length: 20 }, (_, n) =>
        runner.run(
          job([apiStep('for (;;);')], { apiId: `loops ${n % 5}`, moduleId: 'hostile', signal, budget: SHORT }),
        ),
      )
      // One after the other on one thread: long enough for several more to be started.
      return Promise.all(looping.slice(0, 5))
    })
    const welcome = await most(() => {
      const held = Array.from({ length: 8 }, (_, n) => holding(runner, `held ${n}`))
      return Promise.all(held.map((one) => one.hasBegun))
    })
    // The fresh thread that the first of them takes is replaced, and one that had to be ended is there for another moment.
    expect(hostile).toBeLessThanOrEqual(before + 3)
    expect(welcome).toBeGreaterThan(before + 3)
  })
})

/** How many threads the process has at most while the calls are under way; they are given up afterwards. */
async function mostThreads(pid: number, calls: (signal: AbortSignal) => Promise<unknown>): Promise<number> {
  const over = new AbortController()
  setMaxListeners(100, over.signal)
  const threads = () => Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  let most = threads()
  const timer = setInterval(() => (most = Math.max(most, threads())), 2)
  await calls(over.signal).finally(() => {
    clearInterval(timer)
    over.abort()
  })
  return Math.max(most, threads())
}

describe('a runner that is full', () => {
  it('says busy to who waited too long, and to who finds no place to wait', async () => {
    const { runner } = open({ instancesMax: 2, queueMax: 2 })
    await works(runner)
    const { release } = await twoHeld(runner)
    const impatient = { ...budget, queueWaitMs: 50 }
    const waiting = ['a', 'b'].map((apiId) => runner.run(job([apiStep('result = 1')], { apiId, budget: impatient })))
    expect(await runner.run(job([apiStep('result = 1')], { apiId: 'c' }))).toMatchObject({ kind: 'busy' })
    for (const outcome of await Promise.all(waiting))
      expect(outcome).toMatchObject({ kind: 'busy', retryAfterMs: 1_000 })
    await release()
    expect(await works(runner)).toBe(1)
  })

  it('lets go of who gives up while he waits', async () => {
    const { runner } = open({ instancesMax: 2 })
    await works(runner)
    const { release } = await twoHeld(runner)
    const abort = new AbortController()
    const waiting = runner.run(job([apiStep('result = 1')], { signal: abort.signal }))
    abort.abort()
    expect(await waiting).toMatchObject({ kind: 'aborted' })
    await release()
  })

  it('ends all that runs and waits when it is closed', async () => {
    const { runner } = open({ instancesMax: 2 })
    await works(runner)
    const all = [...(await twoHeld(runner)).ended, holding(runner, 'waits').ended]
    await runner.close()
    expect((await Promise.all(all)).map((outcome) => outcome.kind)).toEqual(['lost', 'lost', 'aborted'])
    expect(await holding(runner, 'late').ended).toMatchObject({ kind: 'aborted' })
  })
})
