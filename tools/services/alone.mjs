import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandOf } from './process-command.mjs'

const POLL_MS = 50

/**
 * Runs `work` while no other process on this machine runs one under the same lock folder; waits for its turn. A lock whose process is
 * gone counts for nothing.
 */
export function alone(lock, work) {
  while (!taken(lock)) {
    if (isLeft(lock)) rmSync(lock, { recursive: true, force: true })
    // The callers are short programs that have nothing else to do.
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS)
  }
  try {
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

// Making a folder is the one step that only one of many can do.
function taken(lock) {
  try {
    mkdirSync(lock)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  return true
}

function isLeft(lock) {
  try {
    return commandOf(readFileSync(join(lock, 'pid'), 'utf8')) === undefined
  } catch {
    return false // it was made this moment, or given back
  }
}
