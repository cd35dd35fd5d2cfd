// Installs the packages of the lock file when node_modules does not hold exactly them.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../services/fault.mjs'
import { run, runNode } from './command.mjs'

/** Why node_modules has to be installed anew, or undefined when it holds what the lock file names. */
export function whyInstall(root) {
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installed)) return 'nothing is installed yet'
  // Versions are compared, not file times: a checkout or a copy changes times without changing contents.
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const present = packagesOf(installed)
  const differs = Object.entries(wanted).find(([path, { version, resolved, optional, devOptional, link }]) => {
    if (!path.startsWith('node_modules/')) return false
    const found = present[path]
    if (found === undefined) return !(optional || devOptional)
    return link ? found.resolved !== resolved : found.version !== version
  })
  return differs === undefined
    ? undefined
    : `${differs[0].replace('node_modules/', '')} is not as package-lock.json says`
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

/** Runs `npm ci` when it is needed; the reason is told through `tell`. */
export async function ensureInstalled(root, tell) {
  const reason = whyInstall(root)
  if (reason === undefined) return
  tell(`npm ci (${reason})`)
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], root)
  if (code === 0) return
  if (/ENOSPC|no space left/i.test(output)) {
    throw new Fault('The packages do not fit: the disk is full.', 'Free some space (df -h shows where) and try again.')
  }
  if (/EACCES|EPERM/.test(output)) {
    throw new Fault(
      'The packages cannot be written: node_modules belongs to another user.',
      'Give this folder to your user (chown -R) or remove node_modules.',
    )
  }
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET/.test(output)) {
    throw new Fault(
      'The packages cannot be fetched: the npm registry does not answer.',
      'Check the network and `npm config get registry`.',
    )
  }
  throw new Fault(`npm ci failed:\n${output.trim()}`, 'Mend what npm names above and try again.')
}

// Under `npm run` the very npm that runs us is known by its file; it need not be the first one on PATH.
const npm = (args, cwd) => {
  const file = process.env.npm_execpath
  return file?.endsWith('.js') ? runNode(file, args, { cwd }) : run('npm', args, { cwd })
}
