import { apiStep, type Cases, jobOf, resultsOf } from './subject.js'

/** That no job sees another. */
export function isolationCases({ api, runner }: Cases): void {
  const { it, expect } = api
  const results = async (source: string) => resultsOf(await runner().run(jobOf([apiStep(source)])))

  it('starts every job from nothing, the same program too', async () => {
    const source = `globalThis.count = (globalThis.count ?? 0) + 1; let own = 0; own += 1
      const patched = Array.prototype.map.name; Array.prototype.map = function mine() { return [] }
      export default () => [count, own, patched]`
    for (let n = 0; n < 3; n += 1) expect(await results(source)).toEqual([[1, 1, 'map']])
    expect(await results('result = [typeof count, [1].map((n) => n)]')).toEqual([['undefined', [1]]])
  })

  it('starts anew after a job that was ended by force', async () => {
    await results('globalThis.left = 1; const all = []; while (true) all.push(new Uint8Array(100_000))')
    expect(await results('result = typeof left')).toEqual(['undefined'])
  })

  it('gives no two jobs the same chance', async () => {
    const source = 'result = [Math.random(), Math.random()]'
    const drawn = [await results(source), await results(source), await results(source)]
    expect(new Set(drawn.map((one) => JSON.stringify(one))).size).toBe(3)
  })
}

/** That a job sees nothing that is not given to it. */
export function surroundingCases({ api, runner }: Cases): void {
  const { it, expect } = api
  const results = async (source: string) => resultsOf(await runner().run(jobOf([apiStep(source)])))

  it('has the clock of now', async () => {
    const before = Date.now()
    const told = Number([await results('result = Date.now()')].flat(2)[0])
    expect(told >= before - 5 && told <= Date.now() + 5).toBe(true)
    expect(await results('result = new Date(0).getTimezoneOffset()')).toEqual([0])
  })

  it('has nothing of its surroundings, and no way to make code from text', async () => {
    const names = [
      'process',
      'require',
      'Buffer',
      'fetch',
      'setTimeout',
      'WebAssembly',
      'SharedArrayBuffer',
      'Atomics',
      'WeakRef',
      'eval',
      'std',
      'os',
      'host',
    ]
    const source = `result = [${names.map((name) => `typeof ${name}`).join(', ')}].filter((type) => type !== 'undefined')`
    expect(await results(source)).toEqual([[]])
    const maker =
      'const tried = []; for (const f of [function () {}, async () => {}, function* () {}]) try { f.constructor("return 1"); tried.push("made") } catch { tried.push("refused") } result = tried'
    expect(await results(maker)).toEqual([['refused', 'refused', 'refused']])
  })

  it('takes keys of a context and of inputs for data, whatever their names', async () => {
    const context = '{"__proto__":{"polluted":1},"constructor":2}'
    const step = apiStep('result = [({}).polluted ?? "clean", typeof Object]')
    expect(resultsOf(await runner().run(jobOf([step], { context })))).toEqual([['clean', 'function']])
  })
}
