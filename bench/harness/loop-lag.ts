import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitUntil } from '@penstock/testing'
import { z } from 'zod'
import { LAG_FOLDER } from './plan.js'

const PROBE = fileURLToPath(new URL('lag-probe.mjs', import.meta.url))
const told = z.object({ takes: z.number(), p99Ms: z.number() })

/** What a server must have in its environment for `takeLag` to know it. */
export function lagProbe(): { readonly NODE_OPTIONS: string; readonly BENCH_LAG_FOLDER: string } {
  mkdirSync(LAG_FOLDER, { recursive: true })
  return { NODE_OPTIONS: `--import ${PROBE}`, BENCH_LAG_FOLDER: LAG_FOLDER }
}

/** How long its event loop was held up since the last time, 99th percentile; undefined where there is no probe. */
export async function takeLag(pid: number): Promise<number | undefined> {
  const file = join(LAG_FOLDER, `${pid}.json`)
  if (!existsSync(file)) return undefined
  const read = () => told.parse(JSON.parse(readFileSync(file, 'utf8')))
  const { takes } = read()
  process.kill(pid, 'SIGUSR2')
  await waitUntil(() => read().takes > takes, { withinMs: 5_000, what: `the lag of process ${pid}` })
  return read().p99Ms
}
