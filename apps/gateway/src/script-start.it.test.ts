import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Observation } from '@penstock/observations'
import { prometheusSink } from '@penstock/telemetry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScripts } from './scripts/open-scripts.js'
import { scriptMetrics } from './scripts/script-metrics.js'
import { keyEntries } from './test/build-snapshot.js'
import { gatewayConfig, gatewayUnderTest, waitFor } from './test/gateway-under-test.js'
import { scriptEntry } from './test/script-entries.js'

const NO_SOURCE = { datasource_id: null }
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'penstock-gateway-modules-'))
  const own = join(folder, 'node_modules', 'helper')
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'package.json'), '{"name":"helper","version":"1.0.0","type":"module","exports":"./index.js"}')
  writeFileSync(join(own, 'index.js'), 'export const twice = (n) => n * 2')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a gateway', () => {
  it('lets scripts import packages that are listed, and no others', async () => {
    const under = await gatewayUnderTest({ SCRIPT_EXTRA_MODULES: 'helper', SCRIPT_MODULES_DIR: folder })
    await under.publish([
      ...keyEntries(),
      scriptEntry('twice', "import { twice } from 'helper'\nexport default () => [twice(21)]", NO_SOURCE),
      scriptEntry('other', "import fs from 'fs'\nexport default () => 1", NO_SOURCE),
    ])
    expect(await (await fetch(`${under.url}/api/twice`)).json()).toMatchObject({ data: [42] })
    expect((await fetch(`${under.url}/api/other`)).status).toBe(500)
    await under.stop()
  })

  it.each([
    [{ SCRIPT_EXTRA_MODULES: 'nobody-installed-this' }, 'is not installed'],
    [{ SCRIPT_HTTP_ALLOWED_HOSTS: 'http://api.example.com' }, 'SCRIPT_HTTP_ALLOWED_HOSTS'],
    [{ SCRIPT_TIME_ZONE: 'Mars/Phobos' }, 'SCRIPT_TIME_ZONE must be the IANA name of a time zone'],
    [{ SCRIPT_TIME_ZONE: '+02:00' }, 'such as Europe/Berlin or UTC'],
  ])('refuses to start with %j, and says why', async (settings, words) => {
    await expect(gatewayUnderTest({ ...settings, SCRIPT_MODULES_DIR: folder })).rejects.toThrow(words)
  })

  it('has local times of scripts in its time zone, and shows them those of all others', async () => {
    const under = await gatewayUnderTest({ SCRIPT_TIME_ZONE: 'Asia/Kolkata' })
    const source = `export default (req, { time }) => [new Date(2026, 6, 1).toISOString(), time.zone,
      time.format('2026-07-01T00:00:00Z', 'America/New_York', 'yyyy-MM-dd'), time.startOfDay(0, 'Europe/Berlin', 1).toISOString(),
      (() => { try { return time.parts(0, 'Mars/Phobos') } catch (error) { return error.message } })()]`
    await under.publish([...keyEntries(), scriptEntry('now', source, NO_SOURCE)])
    expect(await (await fetch(`${under.url}/api/now`)).json()).toMatchObject({
      data: [
        '2026-06-30T18:30:00.000Z',
        'Asia/Kolkata',
        '2026-06-30',
        '1970-01-01T23:00:00.000Z',
        'time: "Mars/Phobos" is not a time zone: write an IANA name, such as Europe/Berlin or UTC',
      ],
    })
    await under.stop()
  })

  it('lets a script that runs finish when it is stopped', async () => {
    const under = await gatewayUnderTest()
    const computes = 'export default () => { const end = Date.now() + 800; while (Date.now() < end); return ["done"] }'
    await under.publish([
      ...keyEntries(),
      scriptEntry('computes', computes, NO_SOURCE),
      scriptEntry('quick', 'result = 1', NO_SOURCE),
    ])
    await fetch(`${under.url}/api/quick`)
    const answer = fetch(`${under.url}/api/computes`)
    await waitFor(
      async () =>
        (await (await fetch(`${under.gateway.opsUrl}/metrics`)).text()).match(/^penstock_script_jobs\{.*\} 1$/m) !==
        null,
    )
    await under.stop()
    expect(await (await answer).json()).toMatchObject({ data: ['done'] })
  })

  it('starts the engine with the first script that is published, and tells its lines with the id of their call', async () => {
    const facts: Observation[] = []
    const { scripts: config } = gatewayConfig('http://127.0.0.1:1', folder)
    const metrics = scriptMetrics(prometheusSink({ service: 'gateway' }).registry)
    const scripts = await openScripts(config, (fact) => void facts.push(fact), metrics)
    scripts.follow({ apis: new Map() } as never)
    scripts.log({ requestId: 'r-1', api: 'orders', level: 'warn', text: 'half done' })
    expect(facts).toEqual([
      { kind: 'script.logged', requestId: 'r-1', api: 'orders', level: 'warn', text: 'half done' },
    ])
    scripts.follow({ apis: new Map([['a', { work: { kind: 'script' } }]]) } as never)
    await waitFor(() => facts.some(({ kind }) => kind === 'script-host.started'))
    await scripts.close()
  })
})
