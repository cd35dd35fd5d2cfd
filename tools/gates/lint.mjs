import { join } from 'node:path'
import { runNode } from '../run/command.mjs'
import { readJson, workspacePackages } from './packages.mjs'

/** ESLint over every project, through Nx: alone, ESLint has no project graph and then the boundary rule sees nothing. */
export async function lint(root) {
  const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js')
  const { code, output } = await runNode(nx, ['run-many', '-t', 'lint', '--outputStyle=static', '--parallel=2'], {
    cwd: root,
  })
  const silent = workspacePackages(root).filter(({ manifest }) => manifest.scripts?.lint === undefined)
  const faults = silent.map(({ folder }) => `${folder}/package.json has no lint script`)
  const projects = /for (\d+) projects?/.exec(output)?.[1]
  const expected =
    workspacePackages(root).length + (readJson(join(root, 'package.json')).scripts.lint === undefined ? 0 : 1)
  if (Number(projects) !== expected)
    faults.push(`Nx linted ${projects ?? 'no'} projects, the workspace has ${expected}`)
  if (code !== 0) faults.push(...complaints(output))
  return { read: `${projects ?? 0} projects`, faults }
}

// ESLint's own lines, without what npm and Nx say about each failed task; all of it when there are none.
function complaints(output) {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '')
  const lines = plain.split('\n').filter((line) => /^\S*\/\S+\.(ts|tsx|mjs)$|^\s+\d+:\d+\s+(error|warning)/.test(line))
  return lines.length > 0 ? lines : plain.split('\n').slice(-30)
}
