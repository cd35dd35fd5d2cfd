import { basename, join } from 'node:path'
import { runNode } from '../run/command.mjs'
import { root as repository } from '../run/root.mjs'

/** Every file is as Prettier writes it. */
export async function formatting(root, { ignoring = join(root, '.prettierignore') } = {}) {
  const prettier = join(repository, 'node_modules', 'prettier', 'bin', 'prettier.cjs')
  const config = ['--config', join(repository, '.prettierrc.json')]
  // Judged by content, so that a checkout does not forget what was fine.
  const cache = [
    '--cache',
    '--cache-strategy',
    'content',
    '--cache-location',
    join(repository, '.cache', 'prettier', basename(root)),
  ]
  const { code, output } = await runNode(
    prettier,
    ['--check', '.', ...config, ...cache, '--ignore-path', ignoring, '--log-level', 'log'],
    { cwd: root },
  )
  const faults = output
    .split('\n')
    .filter((line) => /^\[(warn|error)\]/.test(line) && !/Code style issues/.test(line))
    .map((line) => line.replace(/^\[\w+\] /, '') + ': npm run format')
  return { read: 'all sources', faults: code !== 0 && faults.length === 0 ? [output] : faults }
}
