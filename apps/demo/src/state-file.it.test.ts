import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readState, writeState } from './state-file.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'penstock-demo-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the demo’s state file', () => {
  it('is read by its owner alone and comes back as it was written', async () => {
    const file = join(folder, 'deeper', 'demo.json')
    const state = { role_password: 'r', catalogue_version: 1, client: { client_id: 'c', client_secret: 's' } }
    await writeState(file, state)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readState(file)).toEqual(state)
  })

  it('makes a new password, never the same one, when it is missing or spoilt', async () => {
    const spoilt = join(folder, 'spoilt.json')
    await writeFile(spoilt, '{"role_pass')
    const made = [await readState(spoilt), await readState(join(folder, 'missing.json'))]
    for (const { role_password: password } of made) expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/)
    expect(made[0]?.role_password).not.toBe(made[1]?.role_password)
    expect(await readFile(spoilt, 'utf8')).toBe('{"role_pass')
  })
})
