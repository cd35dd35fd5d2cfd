import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNTS } from './accounts.js'
import type { Target } from './load.js'

const DEBIAN = '/usr/lib/postgresql'

/** `pgbench -S -M prepared` with the same statement: what the database alone can do. Undefined where there is no pgbench. */
export function pgbench(databaseUrl: string, clients: number): Target | undefined {
  const program = pgbenchProgram()
  if (program === undefined) return undefined
  return {
    name: 'pgbench, no HTTP',
    async measure(seconds) {
      const folder = mkdtempSync(join(tmpdir(), 'penstock-pgbench-'))
      const script = join(folder, 'point.sql')
      writeFileSync(
        script,
        `\\set aid random(1, ${ACCOUNTS})\nSELECT aid, bid, abalance, filler FROM accounts WHERE aid = :aid;\n`,
      )
      try {
        const said = execFileSync(
          program,
          [
            '-n',
            '-M',
            'prepared',
            '-f',
            script,
            '-c',
            String(clients),
            '-j',
            '2',
            '-T',
            String(Math.ceil(seconds)),
            databaseUrl,
          ],
          { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
        )
        return measured(said)
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  }
}

function measured(said: string): Awaited<ReturnType<Target['measure']>> {
  const number = (pattern: RegExp): number => Number(pattern.exec(said)?.[1])
  const latencyMs = number(/latency average = ([\d.]+) ms/)
  return {
    perSecond: number(/tps = ([\d.]+)/),
    p50Ms: latencyMs,
    p99Ms: Number.NaN,
    cpuUs: undefined,
    residentBytes: undefined,
  }
}

function pgbenchProgram(): string | undefined {
  if (spawnSync('pgbench', ['--version'], { stdio: 'ignore' }).status === 0) return 'pgbench'
  if (!existsSync(DEBIAN)) return undefined
  return readdirSync(DEBIAN)
    .map((version) => join(DEBIAN, version, 'bin', 'pgbench'))
    .find((file) => existsSync(file))
}
