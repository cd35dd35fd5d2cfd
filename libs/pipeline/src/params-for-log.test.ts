import { describe, expect, it } from 'vitest'
import { paramsForLog } from './params-for-log.js'

describe('paramsForLog', () => {
  it('hides secrets at every depth and keeps the rest', () => {
    const text = paramsForLog({ id: 5n, user: { name: 'ada', password: 'hunter2' }, link: 'https://u:hunter2@x/y' })
    expect(JSON.parse(text)).toEqual({
      id: '5',
      user: { name: 'ada', password: '[redacted]' },
      link: 'https://u:[redacted]@x/y',
    })
  })

  it('names long texts and lists by their length, so that a body of a megabyte costs little', () => {
    const text = paramsForLog({
      note: 'x'.repeat(1_000_000),
      ids: Array.from({ length: 100_000 }, (_, index) => index),
      wide: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index])),
    })
    expect(text.length).toBeLessThan(4_000)
    expect(text).toContain('[1000000 characters]')
    expect(text).toContain('[99900 more]')
    expect(text).toContain('[900 more]')
  })
})
