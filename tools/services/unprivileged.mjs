// PostgreSQL refuses to run as root, so a root caller runs it as the user `nobody`.
import { execFileSync } from 'node:child_process'
import { chmodSync, lchownSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

// `nobody` on every Linux; the fallback when `id` is missing. initdb refuses an uid without a passwd entry.
const NOBODY = 65_534

/** The ids to run a server under: undefined for a normal user (run as yourself), those of `nobody` for root. */
export function serverUser() {
  if (process.getuid?.() !== 0) return undefined
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function idOf(flag) {
  try {
    return Number(
      execFileSync('id', [flag, 'nobody'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(),
    )
  } catch {
    return NOBODY
  }
}

/** Whether any user may walk down to this folder: each folder from the root on lets others through. */
export function isOpenToAll(folder) {
  const parent = dirname(folder)
  const open = (statSync(folder).mode & 0o001) !== 0
  return open && (parent === folder || isOpenToAll(parent))
}

/** Gives the folder and all in it to `user`, for that user alone. Without a user only the mode is set. */
export function handOver(folder, user) {
  chmodSync(folder, 0o700)
  if (user === undefined) return
  lchownSync(folder, user.uid, user.gid)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath ?? entry.path, entry.name), user.uid, user.gid)
  }
}
