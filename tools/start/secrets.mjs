import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Fault } from '../services/fault.mjs'

const KEY_BYTES = 32
const key = () => randomBytes(KEY_BYTES).toString('base64')
// 96 bits, easy to copy with a double click.
const password = () => randomBytes(16).toString('base64url').replace(/[-_]/g, '').slice(0, 16)

const GENERATED = {
  SECRET_KEY: key,
  ENCRYPTION_KEY: key,
  FIRST_SUPERUSER_PASSWORD: password,
  EMBEDDED_POSTGRES_PASSWORD: key,
}

const SEEN = 'password_was_printed'

/**
 * What the environment does not set, from `file` (mode 0600), made at the first start and kept: the same values at every start.
 * `passwordIsUnseen` says that the superuser's password was generated and that no start has come so far as to print it.
 */
export function ensureSecrets(file, environment) {
  const kept = existsSync(file) ? read(file) : {}
  const missing = Object.keys(GENERATED).filter((name) => environment[name] === undefined && kept[name] === undefined)
  const made = Object.fromEntries(missing.map((name) => [name, GENERATED[name]()]))
  if (missing.length > 0) write(file, { ...kept, ...made })
  const secrets = Object.fromEntries(
    Object.keys(GENERATED).map((name) => [name, environment[name] ?? kept[name] ?? made[name]]),
  )
  const passwordIsUnseen = environment.FIRST_SUPERUSER_PASSWORD === undefined && kept[SEEN] !== true
  return { secrets, passwordIsUnseen }
}

/** Remembers that the generated password was printed: it is printed once. */
export function markPasswordSeen(file) {
  write(file, { ...read(file), [SEEN]: true })
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Fault(
      `${file} cannot be read: ${cause.message}.`,
      'Restore it from a backup: without it, stored passwords cannot be decrypted.',
      { cause },
    )
  }
}

// Through a second file: a full disk or a lost machine leaves the old secrets or the new ones, never half of them.
function write(file, values) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600, flush: true })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
}
