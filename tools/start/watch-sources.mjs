import { spawn } from 'node:child_process'
import { compiler, root } from '../run/root.mjs'
import { eachLine } from './log-lines.mjs'

/** Compiles what changes, for ever; the processes run under `node --watch` and follow. Returns how to stop. */
export function watchSources(ui) {
  const child = spawn(process.execPath, [compiler, '-b', '--watch', '--preserveWatchOutput'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr])
    eachLine(stream, (line) => line.trim() !== '' && ui.line('build', line))
  return () => child.kill('SIGTERM')
}
