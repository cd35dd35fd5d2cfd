import { describe, expect, it } from 'vitest'
import { runInSlices } from './run-in-slices.js'

describe('runInSlices', () => {
  it('gives the event loop back while it works', async () => {
    let turns = 0
    const counting = setInterval(() => turns++, 0)
    const { result } = await runInSlices(work(60))
    clearInterval(counting)
    expect(result).toBe(60)
    expect(turns).toBeGreaterThan(2)
  })

  it('rejects with what the steps throw', async () => {
    await expect(runInSlices(failing())).rejects.toThrow('broken')
  })
})

/** Steps of one millisecond each. */
function* work(steps: number): Generator<void, number> {
  for (let step = 0; step < steps; step++) {
    const untilMs = performance.now() + 1
    while (performance.now() < untilMs);
    yield
  }
  return steps
}

function* failing(): Generator<void, number> {
  yield
  throw new Error('broken')
}
