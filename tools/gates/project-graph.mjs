import { join } from 'node:path'
import { runNode } from '../run/command.mjs'
import { Fault } from '../services/fault.mjs'

/** Makes Nx write its project graph where the boundary rule reads it; without the graph that rule reports nothing at all. */
export async function projectGraphOnDisk(root) {
  const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js')
  const { code, output } = await runNode(nx, ['show', 'projects'], { cwd: root })
  if (code !== 0) throw new Fault(`Nx cannot read the workspace:\n${output.trim()}`)
}
