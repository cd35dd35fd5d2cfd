import { apiStep, type Cases, endOf, jobOf, nothingSeen, resultsOf, suiteBudget } from './subject.js'
import type { ScriptBudget } from '../script-budget.js'

/** Clocks and cancelling. */
export function clockCases({ api, runner }: Cases): void {
  const { it, expect } = api
  const run = async (source: string, over: Partial<ScriptBudget> = {}) =>
    runner().run(jobOf([apiStep(source)], { budget: { ...suiteBudget, ...over } }))

  it('ends what computes too long', async () => {
    const outcome = await run('export default () => { while (true); }', { cpuMs: 100 })
    expect(outcome).toMatchObject({ kind: 'timeout' })
    expect(outcome.usage.wallMs < 1_500).toBe(true)
  })

  it('ends what waits too long soon after its deadline, and cancels what it waited for', async () => {
    const seen = nothingSeen()
    const budget = { ...suiteBudget, wallMs: 1_000 }
    const outcome = await runner().run(jobOf([apiStep('export default () => never()')], { budget }, seen))
    expect(outcome).toMatchObject({ kind: 'timeout' })
    expect(outcome.usage.wallMs >= 999 && outcome.usage.wallMs < 1_500).toBe(true)
    expect(seen.cancelled).toBe(1)
  })

  it('ends a job that is aborted, wherever it is', async () => {
    for (const source of ['export default () => never()', 'export default () => { while (true); }']) {
      const abort = new AbortController()
      const seen = nothingSeen()
      const running = runner().run(jobOf([apiStep(`log('on'); ${source}`)], { signal: abort.signal }, seen))
      const timer = setTimeout(() => {
        abort.abort()
      }, 100)
      expect(endOf(await running)).toEqual({ kind: 'aborted' })
      clearTimeout(timer)
      expect(resultsOf(await run('result = 1'))).toEqual([1])
    }
  })
}

/** Budgets, and what is said of their use. */
export function budgetCases({ api, runner }: Cases): void {
  const { it, expect } = api
  const run = async (source: string, over: Partial<ScriptBudget> = {}) =>
    runner().run(jobOf([apiStep(source)], { budget: { ...suiteBudget, ...over } }))

  it('refuses memory, stack and results over their budgets', async () => {
    const over = async (source: string, limits: Partial<ScriptBudget> = {}) => endOf(await run(source, limits))
    const hoard = 'const all = []; while (true) all.push(new Uint8Array(100_000))'
    expect(await over(`export default () => { ${hoard} }`)).toEqual({ kind: 'over-budget', what: 'memory' })
    const unheard = 'Promise.resolve().then(() => { "x".repeat(20_000_000).split("") }); await new Promise(() => {})'
    expect(await over(`export default async () => { ${unheard} }`)).toEqual({ kind: 'over-budget', what: 'memory' })
    expect(await over('export default function f() { return f() + 1 }')).toEqual({ kind: 'over-budget', what: 'stack' })
    expect(await over('result = "x".repeat(70_000)')).toEqual({ kind: 'over-budget', what: 'result' })
    expect(await over('result = "é".repeat(40_000)')).toEqual({ kind: 'over-budget', what: 'result' })
  })

  it('counts host calls, and lets so many through at once', async () => {
    const seen = nothingSeen()
    const many = 'export default async () => (await Promise.all(Array.from({ length: 20 }, (_, n) => echo(n)))).length'
    expect(resultsOf(await runner().run(jobOf([apiStep(many)], {}, seen)))).toEqual([20])
    expect(seen.inFlightMost).toBe(suiteBudget.hostCallsInFlightMax)
    expect(endOf(await run(many, { hostCallsMax: 19 }))).toEqual({ kind: 'over-budget', what: 'host calls' })
    const large = 'export default () => echo("x".repeat(20_000))'
    expect(endOf(await run(large, { hostBytesMax: 30_000 }))).toEqual({ kind: 'over-budget', what: 'host bytes' })
  })

  it('keeps log lines on one line each, and drops those over the budget', async () => {
    const seen = nothingSeen()
    const source = 'for (let n = 0; n < 9; n += 1) log(`${n}\\n\\u001b[31mred`); result = 1'
    const outcome = await runner().run(jobOf([apiStep(source)], {}, seen))
    expect(seen.lines.length).toBe(suiteBudget.logLinesMax)
    expect(seen.lines[0]).toEqual(['info', '0\\n\\u001b[31mred'])
    expect(outcome.usage.logLinesDropped).toBe(4)
  })

  it('says what a job used', async () => {
    const { usage } = await run('export default async () => { await echo(1); await echo(2) }')
    expect(usage).toMatchObject({ hostCalls: 2, logLinesDropped: 0 })
    expect(usage.cpuMs > 0 && usage.wallMs >= usage.cpuMs && usage.queueMs >= 0).toBe(true)
  })
}
