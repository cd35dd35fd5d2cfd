import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandOf } from './process-command.mjs'

const POLL_MS = 50

/**
 * Runs `work` while no other process on this machine runs one under the same lock folder; waits for its turn. A lock whose process is
 * gone counts for nothing.
 */
export function alone(lock, work) {
  while (!taken(lock)) {
    clearLeft(lock)
    // The callers are short programs that have nothing else to do.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS)
  }
  try {
    return work()
  } finally {
    release(lock)
  }
}

// As a whole: a folder that was emptied but not yet removed can be taken by another process, whose lock would then be removed.
function release(lock) {
  const aside = `${lock}.done.${process.pid}`
  renameSync(lock, aside)
  rmSync(aside, { recursive: true })
}

// A folder that holds its owner's id is moved into place: only one of many can do that, and nobody sees it without the id.
function taken(lock) {
  const own = `${lock}.${process.pid}`
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'pid'), String(process.pid))
  try {
    renameSync(own, lock)
    return true
  } catch (error) {
    rmSync(own, { recursive: true })
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false
    throw error
  }
}

function clearLeft(lock) {
  const owner = ownerOf(lock)
  if (owner === undefined || commandOf(owner) !== undefined) return
  const aside = `${lock}.left.${process.pid}`
  try {
    renameSync(lock, aside)
  } catch {
    return // somebody else cleared it
  }
  // In between another process may have cleared and taken it: then it is given back.
  if (ownerOf(aside) === owner) rmSync(aside, { recursive: true })
  else renameSync(aside, lock)
}

function ownerOf(lock) {
  try {
    return readFileSync(join(lock, 'pid'), 'utf8')
  } catch {
    return undefined
  }
}
