import { expect, it } from 'vitest'
import { openWeakenedRunner } from './open-script-runner.js'
import { apiStep, job, PRELUDE, step, valueOf } from './testing/jobs.js'

it('makes no code from text, unless that defence is off', async () => {
  const attack = apiStep('result = (function () {}).constructor("return 1")()')
  const strong = openWeakenedRunner({ prelude: PRELUDE, withoutDefences: [] })
  const weak = openWeakenedRunner({ prelude: PRELUDE, withoutDefences: ['intrinsics'] })
  try {
    expect(await strong.run(job([attack]))).toMatchObject({ kind: 'threw', thrown: { name: 'TypeError' } })
    expect(await valueOf(weak.run(job([attack])))).toBe(1)
  } finally {
    await Promise.all([strong.close(), weak.close()])
  }
})

it('runs the steps of a job in one runtime, each with names of its own', async () => {
  const runner = openWeakenedRunner({ prelude: PRELUDE, withoutDefences: [] })
  try {
    const steps = [
      step('validator', 'const limit = 5; function validate(value) { return value < limit }', { value: 4, params: {} }),
      apiStep('const limit = 6; export default () => limit'),
      step('transform', 'const limit = 7; function transform(result) { return result + limit }', {
        result: 6,
        params: {},
      }),
    ]
    expect(await runner.run(job(steps))).toMatchObject({ kind: 'done', results: ['true', '6', '13'] })
  } finally {
    await runner.close()
  }
})
