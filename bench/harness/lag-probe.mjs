// Loaded into the servers under load (`node --import`): at each SIGUSR2 it writes how long its event loop was held up since the one before.
// Takes BENCH_LAG_FOLDER.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 5
const NS_PER_MS = 1e6
const file = join(process.env.BENCH_LAG_FOLDER ?? '.', `${process.pid}.json`)
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
let takes = 0

// A delay is what passed between two looks, the pause between them included.
function tell() {
  const p99Ms = Math.max(0, delays.percentile(99) / NS_PER_MS - RESOLUTION_MS)
  writeFileSync(`${file}.tmp`, JSON.stringify({ takes, p99Ms }))
  renameSync(`${file}.tmp`, file)
  delays.reset()
}

delays.enable()
tell()
process.on('SIGUSR2', () => {
  takes += 1
  tell()
})
