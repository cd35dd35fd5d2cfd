import { expect, it } from 'vitest'
import { name } from './script-surroundings.js'

it('states a guarantee', () => {
  expect(name).toBe('script-surroundings')
})
