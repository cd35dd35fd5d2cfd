import { join } from 'node:path'
import { runNode } from '../run/command.mjs'
import { root as repository } from '../run/root.mjs'

/** No file, export, type or dependency that nothing uses. */
export async function unused(root) {
  const knip = join(repository, 'node_modules', 'knip', 'bin', 'knip.js')
  const { code, output } = await runNode(
    knip,
    ['--directory', root, '--reporter', 'json', '--no-config-hints', '--no-progress'],
    { cwd: root },
  )
  const begin = output.indexOf('{')
  if (begin < 0) return { read: 'nothing', faults: [`knip failed (exit ${code}): ${output.slice(0, 2000)}`] }
  const { issues } = JSON.parse(output.slice(begin))
  const faults = issues.flatMap(({ file, ...kinds }) =>
    Object.entries(kinds).flatMap(([kind, found]) => describe(file, kind, found)),
  )
  return { read: 'the workspace', faults: code !== 0 && faults.length === 0 ? [output.slice(0, 2000)] : faults }
}

function describe(file, kind, found) {
  if (!Array.isArray(found)) return []
  const names = found.flat().map((item) => item.name ?? item)
  if (kind === 'files') return names.map((name) => `unused file: ${name}`)
  return names.map((name) => `${file}: unused ${kind}: ${name}`)
}
