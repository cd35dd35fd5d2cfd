import { runNode } from '../run/command.mjs'
import { compiler } from '../run/root.mjs'

/** Sources and tests compile under the strict options. `projects` are the arguments of one compiler run each. */
export async function types(root, projects = [['-b'], ['-p', 'tsconfig.tests.json']]) {
  const faults = []
  for (const args of projects) {
    const { code, output } = await runNode(compiler, args, { cwd: root })
    if (code !== 0) faults.push(...output.trim().split('\n'))
  }
  return { read: `${projects.length} builds`, faults }
}
