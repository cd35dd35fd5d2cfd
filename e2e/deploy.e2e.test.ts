// What the images and the compose file say, held against the programs: the commands that they start, and the settings that they give.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freshDatabase, startProcess } from '@penstock/testing'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { SERVER_ARGS } from '../tools/run/node-args.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8')
const composeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      build: z.object({ target: z.string() }).optional(),
      environment: z.record(z.string(), z.string()).optional(),
    }),
  ),
})
const { services } = composeFile.parse(parse(read('docker-compose.yml'), { merge: true }))
/** The settings that an app reads, from the reference that is generated from its code. */
function settingsOf(app: string): readonly string[] {
  const rows = [...read('docs/reference/settings.md').matchAll(/^\| `([A-Z_]+)` \|.*\| ([a-z, ]+) \|$/gm)]
  return rows.filter(([, , readers]) => readers?.split(', ').includes(app)).flatMap(([, name]) => name ?? [])
}

it.each([
  ['prestart', 'admin'],
  ['admin', 'admin'],
  ['gateway-1', 'gateway'],
  ['gateway-2', 'gateway'],
  ['worker', 'worker'],
])('gives %s only settings that it reads', (service, app) => {
  const known = settingsOf(app)
  expect(known.length).toBeGreaterThan(10)
  expect(Object.keys(services[service]?.environment ?? {}).filter((name) => !known.includes(name))).toEqual([])
})

it('never gives a gateway what forges tokens of people or opens stored secrets', () => {
  for (const service of ['gateway-1', 'gateway-2']) {
    expect(Object.keys(services[service]?.environment ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(SECRET_KEY|ENCRYPTION_KEY|POSTGRES_.*|DATABASE_URL)$/)]),
    )
  }
})

it('builds each service from a stage that starts a program which is there', () => {
  const dockerfile = read('deploy/Dockerfile')
  for (const { build } of Object.values(services)) {
    if (build === undefined) continue
    const stage = dockerfile.split(/^FROM /m).find((text) => text.split('\n')[0]?.endsWith(` AS ${build.target}`))
    const words: string[] = JSON.parse(/^CMD (\["node", .*\])$/m.exec(stage ?? '')?.[1] ?? '["no command"]')
    const program = words.at(-1) ?? ''
    expect(read(program)).not.toBe('')
    expect(words.slice(1, -1)).toEqual(program.startsWith('apps/') ? SERVER_ARGS : [])
  }
})

it('brings an empty database to where admin can start, and does no harm when it runs again', async () => {
  const database = await freshDatabase()
  const env = {
    DATABASE_URL: database.url,
    SECRET_KEY: 'a-secret-key-of-the-tests-that-is-long-enough',
    ENCRYPTION_KEY: 'an-encryption-key-of-the-tests-that-is-long-enough',
    GATEWAY_KEY: 'a-gateway-key-of-the-tests-that-is-long-enough',
    FIRST_SUPERUSER: 'admin',
    FIRST_SUPERUSER_PASSWORD: 'a-password-of-the-tests',
  }
  for (let time = 0; time < 2; time += 1) {
    const prestart = startProcess(`${root}deploy/prestart.mjs`, { env })
    expect(await prestart.ended, prestart.output()).toBe(0)
  }
  await database.drop()
})
