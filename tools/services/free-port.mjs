import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Below the ports that kernels give to outgoing connections (Linux from 32768, macOS from 49152): one of those may take a port that was
// free a moment ago, or that a server which is being restarted wants back.
const FIRST = 12_000
const LAST = 31_999
const CLAIM_MS_MAX = 3_600_000
const TRIES = 500

/**
 * A TCP port of the loopback address that nobody listens on now, and that no other process is told by this function within the hour:
 * tests that run side by side each get their own, also while their servers are down.
 */
export async function freePort() {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1))
    if (claim(port) && (await isFree(port))) return port
  }
  throw new Error(`no free port was found between ${FIRST} and ${LAST}`)
}

/** Whether a server could listen there now. */
export function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}

/** Takes the port's file, which only one process can make; false when another holds it. */
function claim(port) {
  const folder = join(tmpdir(), `penstock-ports-${process.getuid?.() ?? 'all'}`)
  const file = join(folder, String(port))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    if (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > CLAIM_MS_MAX) rmSync(file)
    writeFileSync(file, '', { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return false
    throw error
  }
}
