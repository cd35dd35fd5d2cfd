import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../services/fault.mjs'

/** Refuses a Node older than package.json's `engines` asks for. */
export function requireNode(root, current = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const least = engines.node.replace(/^>=/, '')
  if (isAtLeast(current, least)) return
  throw new Fault(
    `Penstock needs Node.js ${least} or newer; this is ${current}.`,
    'Install a newer one from https://nodejs.org and try again.',
  )
}

function isAtLeast(version, least) {
  const [have, need] = [version, least].map((text) => text.split('.').map(Number))
  for (const [place, wanted] of need.entries()) {
    const found = have[place] ?? 0
    if (found !== wanted) return found > wanted
  }
  return true
}
