import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from '../run/command.mjs'
import { root as repository } from '../run/root.mjs'

const PROGRAM = join(repository, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')

/** No cycle of imports between files, types included. Fails too when it read no more modules than there are index files. */
export async function cycles(root, folders = ['libs', 'apps', 'migrations']) {
  const present = folders.filter((folder) => existsSync(join(root, folder)))
  const config = join(repository, 'tools', 'gates', 'dependency-cruiser.mjs')
  const { code, output } = await runNode(PROGRAM, [...present, '--config', config, '--output-type', 'json'], {
    cwd: root,
  })
  const report = parse(output)
  if (report === undefined)
    return { read: '0 modules', faults: [`dependency-cruiser failed (exit ${code}): ${output.slice(0, 2000)}`] }
  const ours = report.modules.filter(({ source }) => /\.tsx?$/.test(source))
  const linked = ours.filter(({ dependencies }) => dependencies.some(({ resolved }) => /\.tsx?$/.test(resolved)))
  const faults = report.summary.violations.map(
    ({ from, cycle }) => `cycle: ${[from, ...cycle.map(({ name }) => name)].join(' → ')}`,
  )
  // Two tools of this kind are known to see nothing and call it well (a TypeScript they cannot read, a resolver that finds nothing).
  if (linked.length === 0) faults.push(`it saw no import among ${ours.length} modules: it looked at nothing`)
  return { read: `${ours.length} modules`, modules: ours.length, faults }
}

function parse(output) {
  try {
    return JSON.parse(output.slice(output.indexOf('{')))
  } catch {
    return undefined
  }
}
