import { afterAll, expect, it } from 'vitest'
import { openScriptRunner } from './open-script-runner.js'
import { apiStep, budget, job, PRELUDE, valueOf } from './testing/jobs.js'

const runner = openScriptRunner({
  prelude: PRELUDE,
  extraModules: new Map([['tiny', 'export const twice = (n) => 2 * n']]),
})
afterAll(() => runner.close())

const run = (source: string, over = {}) => runner.run(job([apiStep(source)], over))

it('enters a program by its default export, its execute function or what it left in result', async () => {
  expect(await valueOf(run('export default async (req, ctx) => [req.params.a, ctx.name]'))).toEqual([1, 'test'])
  expect(await valueOf(run('function execute(params) { return params.a + 1 }'))).toBe(2)
  expect(await valueOf(run('result = await echo({ a: req.params.a })'))).toEqual({ a: 1 })
  expect(await valueOf(run('const result = [name]'))).toEqual(['test'])
})

it('ends a script that never ends by its interpreter clock, and the next one is well', async () => {
  const outcome = await run('export default () => { while (true); }', { budget: { ...budget, cpuMs: 100 } })
  expect(outcome).toMatchObject({ kind: 'timeout', clock: 'cpu' })
  expect(outcome.usage.wallMs).toBeLessThan(250)
  expect(await valueOf(run('result = 1'))).toBe(1)
})

it('ends a thread that is stuck in native code by its watchdog within 150 ms of the deadline', async () => {
  const source = 'export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 5)'
  const outcome = await run(source, { budget: { ...budget, wallMs: 200 } })
  expect(outcome).toMatchObject({ kind: 'timeout', clock: 'watchdog' })
  expect(outcome.usage.wallMs).toBeLessThan(350)
  expect(await valueOf(run('result = 1'))).toBe(1)
})

it('says file, line and column of what an author wrote', async () => {
  const outcome = await run('\nexport default () => {\n  throw new TypeError("no")\n}')
  expect(outcome).toMatchObject({
    kind: 'threw',
    step: 0,
    thrown: { name: 'TypeError', message: 'no', file: 'demo/script', line: 3, column: 22 },
  })
})

it('imports listed modules and no other', async () => {
  expect(await valueOf(run('import { twice } from "tiny"; result = twice(4)'))).toBe(8)
  const message = "Module 'fs' is not allowed: add it to SCRIPT_EXTRA_MODULES"
  expect(await run('import fs from "fs"; result = 1')).toMatchObject({ kind: 'threw', thrown: { message } })
})

it('tells a failure that the author meant from one that he did not', async () => {
  expect(await run('export default () => { throw new ApiError(409, "too late", "TOO_LATE") }')).toMatchObject({
    kind: 'api-error',
    status: 409,
    message: 'too late',
    code: 'TOO_LATE',
  })
})

it('compiles a program without running it and names what is wrong', async () => {
  const check = (source: string) => runner.check('api', apiStep(source).program, new AbortController().signal)
  expect(await check('while (true); result = 1')).toEqual([])
  expect(await check('result = 1\nx y')).toMatchObject([{ file: 'demo/script', line: 2, column: 3 }])
  expect(await check('const a = 1')).toMatchObject([{ message: expect.stringContaining('nothing to run') }])
})
