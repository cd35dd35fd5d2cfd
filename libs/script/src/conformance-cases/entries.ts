import { apiStep, type Cases, jobOf, resultsOf, stepOf } from './subject.js'

/** How programs are entered. */
export function entryCases({ api, runner }: Cases): void {
  const { it, expect } = api
  const results = async (...steps: Parameters<typeof jobOf>[0]) => resultsOf(await runner().run(jobOf(steps)))

  it('calls the default export with the request and the context', async () => {
    expect(await results(apiStep('export default async (req, ctx) => [req.params.n, ctx.name]'))).toEqual([
      [4, 'suite'],
    ])
  })

  it('calls execute with the parameters', async () => {
    expect(await results(apiStep('function execute(params) { return params.n + 1 }'))).toEqual([5])
    expect(await results(apiStep('const execute = async (params) => params.n + 2'))).toEqual([6])
  })

  it('takes what was left in result, assigned or declared', async () => {
    expect(await results(apiStep('result = { n: params.n, name }'))).toEqual([{ n: 4, name: 'suite' }])
    expect(await results(apiStep('const result = [req.method]'))).toEqual([['GET']])
    expect(await results(apiStep('result = await echo(7)'))).toEqual([7])
  })

  it('gives nothing where a script returned nothing', async () => {
    expect(await results(apiStep('export default () => {}'))).toEqual([undefined])
    expect(await results(apiStep('export default () => null'))).toEqual([null])
  })

  it('runs validators and transforms by their names', async () => {
    const refuses = 'function validate(value, params) { return value < params.limit || "too large" }'
    expect(await results(stepOf('validator', refuses, { value: 5, params: { limit: 3 } }))).toEqual(['too large'])
    expect(await results(stepOf('validator', refuses, { value: 2, params: { limit: 3 } }))).toEqual([true])
    const transforms = 'function transform(result, params) { return { data: result, page: params.page } }'
    expect(await results(stepOf('transform', transforms, { result: [1], params: { page: 2 } }))).toEqual([
      { data: [1], page: 2 },
    ])
    expect(await results(stepOf('transform', 'result = result.length', { result: [1, 2], params: {} }))).toEqual([2])
  })
}

/** What steps share, and what they may bring. */
export function stepCases({ api, runner }: Cases): void {
  const { it, expect } = api
  const results = async (...steps: Parameters<typeof jobOf>[0]) => resultsOf(await runner().run(jobOf(steps)))

  it('runs steps in order in one runtime, each with names of its own', async () => {
    const steps = [
      stepOf('validator', 'const a = 1; globalThis.shared = a; function validate() { return true }', {
        value: 1,
        params: {},
      }),
      apiStep('const a = 2; export default () => a + shared'),
      stepOf('transform', 'const a = 3; function transform(result) { return result + a }', { result: 10, params: {} }),
    ]
    expect(await results(...steps)).toEqual([true, 3, 13])
  })

  it('lets macros declare names for the program, once however many steps use them', async () => {
    const macro =
      'globalThis.times = (globalThis.times ?? 0) + 1; const rate = 3; function priced(n) { return n * rate }'
    const steps = [
      apiStep('result = priced(2)', macro),
      stepOf('transform', 'result = [priced(3), times]', { result: 0, params: {} }, [macro]),
    ]
    expect(await results(...steps)).toEqual([6, [9, 1]])
  })

  it('imports modules that are listed and no other', async () => {
    expect(await results(apiStep('import { twice } from "tiny"; result = twice(4)'))).toEqual([8])
    expect(
      await results(
        apiStep('import tiny from "tiny"; export default async () => (await import("tiny")).default === tiny'),
      ),
    ).toEqual([true])
    const refused = { kind: 'threw', thrown: { message: "Module 'fs' is not allowed: add it to SCRIPT_EXTRA_MODULES" } }
    expect(await results(apiStep('import fs from "fs"; result = 1'))).toMatchObject(refused)
    expect(await results(apiStep('export default async () => { await import("fs") }'))).toMatchObject(refused)
  })
}
