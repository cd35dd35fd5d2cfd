import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNTS } from './accounts.js'
import type { Measured, Target } from './load.js'
import { postgresProgram } from './postgres-program.js'
import { quantile } from './quantile.js'

const STATEMENT = 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid = :aid;'
// Writing down every transaction would slow them.
const LOGGED_SHARE = '0.1'

/** `pgbench -M prepared` with the same statement: what the database alone can do. Undefined where there is no pgbench. */
export function pgbench(databaseUrl: string, clients: number): Target | undefined {
  const program = postgresProgram('pgbench')
  if (program === undefined) return undefined
  return {
    name: 'pgbench, no HTTP',
    async measure(seconds) {
      const folder = mkdtempSync(join(tmpdir(), 'penstock-pgbench-'))
      try {
        writeFileSync(join(folder, 'point.sql'), `\\set aid random(1, ${ACCOUNTS})\n${STATEMENT}\n`)
        const flags = ['-n', '-M', 'prepared', '-f', 'point.sql', '-c', String(clients), '-j', '2']
        const log = ['--log', '--log-prefix=log', `--sampling-rate=${LOGGED_SHARE}`]
        const said = execFileSync(program, [...flags, ...log, '-T', String(Math.ceil(seconds)), databaseUrl], {
          cwd: folder,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        })
        return measured(said, loggedMs(folder))
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  }
}

function measured(said: string, latenciesMs: readonly number[]): Measured {
  return {
    perSecond: Number(/tps = ([\d.]+)/.exec(said)?.[1]),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    cpuUs: undefined,
    lagP99Ms: undefined,
    residentBytes: undefined,
  }
}

/** Of the transactions that each of its threads wrote down; the third word of a line is microseconds. */
function loggedMs(folder: string): readonly number[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith('log.'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
    .map((line) => Number(line.split(' ')[2]) / 1000)
    .filter((ms) => Number.isFinite(ms))
}
