import { execFileSync } from 'node:child_process'
import { get } from 'node:http'
import { it } from 'vitest'
import { ACCOUNTS, accountsUrl } from '../harness/accounts.js'
import { ALL } from '../harness/catalogue.js'
import { median } from '../harness/interleave.js'
import { postgresProgram } from '../harness/postgres-program.js'
import { residentBytes } from '../harness/process-usage.js'
import { startReference } from '../harness/reference.js'
import { publish, type Figure } from '../harness/section.js'
import { startWorld } from '../harness/world.js'

const ROUNDS = 2
const GROWTH_MB_MAX = 64
const RATIO_MIN = 0.9

it('a million rows, streamed', async () => {
  const databaseUrl = accountsUrl()
  const byHand = await startReference('streamed.mjs', databaseUrl)
  const world = await startWorld({ databaseUrl, apis: [ALL], redis: false, clients: 1 })
  const authorization = `Bearer ${world.tokens[0] ?? ''}`
  const rows: string[][] = []
  const figures: Figure[] = []
  const growths: number[] = []
  for (const format of ['ndjson', 'csv']) {
    const ratios: number[] = []
    const rates = { hand: [] as number[], product: [] as number[] }
    for (let round = 0; round <= ROUNDS; round += 1) {
      const hand = await rowsPerSecond(`${byHand.url}/?format=${format}`, {})
      const before = residentBytes(world.gateway.pid())
      const product = await rowsPerSecond(`${world.gateway.url}/api/all?format=${format}`, { authorization })
      // The first round warms up: what grows then is code and buffers that stay.
      if (round === 0) continue
      growths.push((residentBytes(world.gateway.pid()) - before) / 2 ** 20)
      rates.hand.push(hand)
      rates.product.push(product)
      ratios.push(product / hand)
    }
    rows.push(
      [`${format}, cursor and encoder by hand`, median(rates.hand).toFixed(0), '1.00'],
      [`${format}, Penstock`, median(rates.product).toFixed(0), median(ratios).toFixed(2)],
    )
    figures.push(figure(`stream: ${format}`, ratios))
    const copied = format === 'csv' ? copyRate(databaseUrl) : undefined
    if (copied !== undefined)
      rows.push(['csv, \\copy of psql', copied.toFixed(0), (copied / median(rates.hand)).toFixed(2)])
  }
  const worst = Math.max(...growths)
  publish(7, {
    id: 'stream',
    title: `${ACCOUNTS.toLocaleString('en')} rows, streamed`,
    head: ['', 'rows/s', 'ratio'],
    rows,
    figures,
    note: `Resident memory of the gateway grew by at most ${worst.toFixed(0)} MB during one answer.`,
    budgets: [
      ...figures.map(({ name, value }) => ({
        what: `rows/s of ${name}`,
        demanded: `≥ ${RATIO_MIN} × cursor and encoder by hand`,
        measured: `${value.toFixed(2)} ×`,
        met: value >= RATIO_MIN,
      })),
      {
        what: 'resident memory during a stream',
        demanded: `grows < ${GROWTH_MB_MAX} MB`,
        measured: `${worst.toFixed(0)} MB`,
        met: worst < GROWTH_MB_MAX,
      },
    ],
  })
})

function figure(name: string, values: readonly number[]): Figure {
  return {
    name,
    value: median(values),
    low: Math.min(...values),
    high: Math.max(...values),
    better: 'higher',
    ratio: true,
  }
}

/** Rows per second of what PostgreSQL's own client does without HTTP; undefined where it is not at hand. */
function copyRate(databaseUrl: string): number | undefined {
  const program = postgresProgram('psql')
  if (program === undefined) return undefined
  const copy = `\\copy (${ALL.content}) TO '/dev/null' CSV`
  const startedMs = performance.now()
  execFileSync(program, [databaseUrl, '-c', copy], { stdio: 'ignore' })
  return ACCOUNTS / ((performance.now() - startedMs) / 1000)
}

/** Reads a whole answer as fast as it comes and throws it away. */
async function rowsPerSecond(url: string, headers: Record<string, string>): Promise<number> {
  const startedMs = performance.now()
  await new Promise<void>((resolve, reject) => {
    get(url, { headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${String(response.statusCode)}`))
      response.on('error', reject).on('end', resolve).resume()
    }).on('error', reject)
  })
  return ACCOUNTS / ((performance.now() - startedMs) / 1000)
}
