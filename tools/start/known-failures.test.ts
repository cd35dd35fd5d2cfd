import { expect, it } from 'vitest'
import { Fault } from '../services/fault.mjs'
import { asFault } from './known-failures.mjs'

const failure = (code: string, message = code): Error => Object.assign(new Error(message), { code, path: '/data/file' })

it('says that the disk is full, wherever it was noticed', () => {
  expect(asFault(failure('ENOSPC')).message).toBe('The disk is full.')
  expect(
    asFault(new Fault('The sources do not compile:\nENOSPC: no space left on device, write', undefined)).message,
  ).toBe('The disk is full.')
})

it('names the file that belongs to somebody else', () => {
  expect(asFault(failure('EACCES')).message).toContain('/data/file')
})

it('leaves every other failure as it is', () => {
  const error = failure('EPIPE')
  expect(asFault(error)).toBe(error)
})
