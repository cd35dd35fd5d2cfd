#!/usr/bin/env node
// Measures the product as it is shipped beside references on this machine; a whole run writes bench/results.
// Use: npm run bench [-- --quick] [-- --compare] [-- [--keep] <work> …] [-- --profile <work>]     works are the files of bench/works
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { roomsOf } from './bench/rooms.mjs'
import { runNode } from './run/command.mjs'
import { ensureInstalled } from './run/install.mjs'
import { requireNode } from './run/node-version.mjs'
import { root } from './run/root.mjs'
import { explain, Fault } from './services/fault.mjs'

const WORKS = readdirSync(join(root, 'bench', 'works')).map((file) => file.replace('.bench.ts', ''))
const USE = `Use: npm run bench [-- --quick] [-- --compare] [-- --profile <work>] [-- [--keep] <work> …]   works: ${WORKS.join(', ')}`
// What a minute suffices for.
const QUICK_WORKS = ['point-read', 'propagation']
const CONTRARY = [
  ['--compare', '--quick', 'rounds so short say nothing about what got slower'],
  ['--keep', '--quick', 'rounds so short are no result'],
  ['--keep', '--profile', 'a gateway under a profiler is slower'],
  ['--compare', '--profile', 'a gateway under a profiler is slower'],
]
// Files of processes that are gone: another may have got their number since.
const LAGS = join(root, '.cache', 'bench', 'lag')
const PROFILES = join(root, '.cache', 'bench', 'profiles')

try {
  requireNode(root)
  const { works, flags } = read(process.argv.slice(2))
  const kept = works.length === 0 && !flags.has('--quick') ? 'all' : flags.has('--keep') ? 'these' : undefined
  await ensureInstalled(root, console.log)
  await build()
  const profiled = flags.has('--profile')
  rmSync(LAGS, { recursive: true, force: true })
  if (profiled) {
    rmSync(PROFILES, { recursive: true, force: true })
    mkdirSync(PROFILES, { recursive: true })
  }
  const env = {
    ...process.env,
    ...(flags.has('--quick') ? { BENCH_QUICK: '1' } : {}),
    ...(flags.has('--compare') ? { BENCH_COMPARE: '1' } : {}),
    ...(kept === undefined ? {} : { BENCH_KEEP: kept }),
    ...(profiled ? { BENCH_PROFILE_FOLDER: PROFILES } : {}),
  }
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const measured = works.length === 0 && flags.has('--quick') ? QUICK_WORKS : works
  const files = measured.map((work) => `bench/works/${work}.bench.ts`)
  const { code } = await runNode(vitest, ['run', '--config', 'bench/vitest.config.ts', ...files], {
    cwd: root,
    env,
    show: true,
  })
  process.exitCode = code
  if (profiled) for (const file of readdirSync(PROFILES)) console.log(roomsOf(join(PROFILES, file), root))
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

function read(words) {
  const flags = new Set(words.filter((word) => word.startsWith('--')))
  const works = words.filter((word) => !word.startsWith('--'))
  for (const flag of flags)
    if (!['--quick', '--compare', '--keep', '--profile'].includes(flag)) throw new Fault(`${flag} is not known.`, USE)
  for (const work of works) if (!WORKS.includes(work)) throw new Fault(`There is no work ${work}.`, USE)
  if (flags.has('--keep') && works.length === 0) throw new Fault('--keep takes works; a whole run is always kept.', USE)
  for (const [flag, other, why] of CONTRARY)
    if (flags.has(flag) && flags.has(other))
      throw new Fault(`${flag} and ${other} are not taken together: ${why}.`, USE)
  if (flags.has('--profile') && works.length !== 1) throw new Fault('--profile takes one work.', USE)
  return { works, flags }
}
