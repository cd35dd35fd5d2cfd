import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ensureSecrets, markPasswordSeen } from './secrets.mjs'

let file: string
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets.json')
})
afterEach(() => rmSync(join(file, '..'), { recursive: true }))

it('makes every secret once, for its owner alone, and gives the same ones at the next start', () => {
  const first = ensureSecrets(file, {})
  expect(Object.keys(first.secrets).sort()).toEqual([
    'EMBEDDED_POSTGRES_PASSWORD',
    'ENCRYPTION_KEY',
    'FIRST_SUPERUSER_PASSWORD',
    'SECRET_KEY',
  ])
  expect(new Set(Object.values(first.secrets)).size).toBe(4)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(ensureSecrets(file, {}).secrets).toEqual(first.secrets)
})

it('takes what the environment sets and does not write it down', () => {
  expect(ensureSecrets(file, { SECRET_KEY: 'mine' }).secrets.SECRET_KEY).toBe('mine')
  expect(ensureSecrets(file, {}).secrets.SECRET_KEY).not.toBe('mine')
})

it('calls a generated password unseen until it was printed, whatever starts failed before that', () => {
  expect(ensureSecrets(file, {}).passwordIsUnseen).toBe(true)
  expect(ensureSecrets(file, {}).passwordIsUnseen).toBe(true)
  const { secrets } = ensureSecrets(file, {})
  markPasswordSeen(file)
  expect(ensureSecrets(file, {})).toEqual({ secrets, passwordIsUnseen: false })
})

it('never prints a password that a person has set', () => {
  expect(ensureSecrets(file, { FIRST_SUPERUSER_PASSWORD: 'my own' }).passwordIsUnseen).toBe(false)
})

it('says what to do when the file is broken, and leaves it alone', () => {
  writeFileSync(file, '{"SECRET_KEY":')
  expect(() => ensureSecrets(file, {})).toThrow('cannot be read')
})
