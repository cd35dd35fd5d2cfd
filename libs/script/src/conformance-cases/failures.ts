import { apiStep, type Cases, endOf, jobOf, resultsOf, stepOf } from './subject.js'

/** What is said of a failure. */
export function placeCases({ api, runner }: Cases): void {
  const { it, expect } = api
  const run = async (source: string, ...macros: string[]) =>
    endOf(await runner().run(jobOf([apiStep(source, ...macros)])))

  it('says file, line and column of a throw, in its author’s text', async () => {
    expect(await run('export default () => {\n  const a = {}\n  return a.b.c\n}')).toMatchObject({
      kind: 'threw',
      step: 0,
      thrown: { name: 'TypeError', file: 'suite/api', line: 3 },
    })
    expect(
      await run('result = price(1)', '\nfunction price(n) {\n  throw new RangeError("no price")\n}'),
    ).toMatchObject({
      kind: 'threw',
      thrown: { name: 'RangeError', message: 'no price', file: 'macro 1', line: 3 },
    })
  })

  it('says line and column of what does not compile', async () => {
    expect(await run('const a = 1\nconst b = = 2')).toMatchObject({
      kind: 'threw',
      thrown: { name: 'SyntaxError', file: 'suite/api', line: 2, column: 11 },
    })
  })

  it('tells the step that failed, and runs none after it', async () => {
    const steps = [
      stepOf('validator', 'function validate() { return true }', { value: 1, params: {} }),
      apiStep('export default () => { throw new Error("second") }'),
      apiStep('export default () => { throw new Error("third") }'),
    ]
    expect(await runner().run(jobOf(steps))).toMatchObject({ kind: 'threw', step: 1, thrown: { message: 'second' } })
  })
}

/** How scripts fail. */
export function failureCases({ api, runner }: Cases): void {
  const { it, expect } = api
  const run = async (source: string, ...macros: string[]) =>
    endOf(await runner().run(jobOf([apiStep(source, ...macros)])))

  it('takes an ApiError as an answer that its author meant', async () => {
    expect(await run('export default () => { throw new ApiError(409, "out of stock", "OUT_OF_STOCK") }')).toEqual({
      ...{ kind: 'api-error', step: 0, status: 409, message: 'out of stock', code: 'OUT_OF_STOCK' },
    })
    expect(await run('throw new ApiError(404, "none")')).toMatchObject({ kind: 'api-error', status: 404 })
  })

  it('refuses statuses and codes that are none', async () => {
    for (const given of ['200, "x"', '99, "x"', '"500", "x"', '400, "x", "a b"', '400, "x", "a\\r\\nb"', '600, "x"'])
      expect(await run(`throw new ApiError(${given})`)).toMatchObject({ kind: 'threw', thrown: { name: 'RangeError' } })
  })

  it('gives what the host rejects with to the script, which may go on', async () => {
    expect(await run('export default () => fail()')).toMatchObject({
      kind: 'threw',
      thrown: { message: 'the host refused' },
    })
    const caught = 'try { await fail() } catch (error) { result = error.message }'
    expect(resultsOf(await runner().run(jobOf([apiStep(caught)])))).toEqual(['the host refused'])
  })

  it('survives whatever is thrown', async () => {
    const odd = [
      'undefined',
      'null',
      'Symbol("x")',
      '1n',
      '{ get message() { throw 1 } }',
      'Object.create(null)',
      'new Proxy({}, { get() { throw 2 } })',
    ]
    for (const value of odd)
      expect(await run(`export default () => { throw ${value} }`)).toMatchObject({ kind: 'threw', step: 0 })
  })

  it('ends a script that waits for what can never be', async () => {
    expect(await run('export default () => new Promise(() => {})')).toMatchObject({ kind: 'threw' })
  })
}

/** What is found without running. */
export function checkCases({ api, runner }: Cases): void {
  const { it, expect } = api

  it('checks without running', async () => {
    const check = (source: string, ...macros: string[]) =>
      runner().check('api', apiStep(source, ...macros).program, new AbortController().signal)
    expect(await check('while (true);\nexport default () => 1')).toEqual([])
    expect(await check('export default () => {\n  return )\n}')).toMatchObject([{ file: 'suite/api', line: 2 }])
    expect(await check('result = 1', 'const = 2')).toMatchObject([{ file: 'macro 1', line: 1 }])
    expect(await check('import fs from "fs"; result = 1')).toMatchObject([
      { message: "Module 'fs' is not allowed: add it to SCRIPT_EXTRA_MODULES" },
    ])
    expect((await check('const nothing = 1')).length).toBe(1)
  })
}
