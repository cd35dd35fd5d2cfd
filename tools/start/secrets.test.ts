import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureSecrets } from './secrets.mjs'

let file: string
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets.json')
})
afterEach(() => rmSync(join(file, '..'), { recursive: true }))

it('makes every secret once, for its owner alone, and gives the same ones at the next start', () => {
  const first = ensureSecrets(file, {})
  expect([...first.created].sort()).toEqual([
    'EMBEDDED_POSTGRES_PASSWORD',
    'ENCRYPTION_KEY',
    'FIRST_SUPERUSER_PASSWORD',
    'SECRET_KEY',
  ])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const second = ensureSecrets(file, {})
  expect(second.secrets).toEqual(first.secrets)
  expect(second.created.size).toBe(0)
})

it('takes what the environment sets and does not write it down', () => {
  const { secrets, created } = ensureSecrets(file, { SECRET_KEY: 'mine' })
  expect(secrets.SECRET_KEY).toBe('mine')
  expect(created.has('SECRET_KEY')).toBe(false)
  expect(ensureSecrets(file, {}).created.has('SECRET_KEY')).toBe(true)
})

it('says what to do when the file is broken, and leaves it alone', () => {
  writeFileSync(file, '{"SECRET_KEY":')
  expect(() => ensureSecrets(file, {})).toThrow('cannot be read')
})
