import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow } from './packages.mjs'

const LINES_MAX = 400

/** No source, script or test is longer than 400 lines. */
export function fileLength(root, folders = ['apps', 'libs', 'migrations', 'tools', 'e2e', 'bench']) {
  const files = filesBelow(root, folders, /\.(ts|tsx|mjs|js|lua|sh)$/)
  const faults = files
    .map((file) => [file, readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length])
    .filter(([, lines]) => lines > LINES_MAX)
    .map(([file, lines]) => `${file}: ${lines} lines, at most ${LINES_MAX}`)
  return { read: `${files.length} files`, faults }
}
