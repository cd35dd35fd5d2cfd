import { spawn } from 'node:child_process'
import { Fault } from '../services/fault.mjs'
import { eachLine } from './log-lines.mjs'

/** Runs one program of ours to its end; its lines go to `onLine`. A failure is a Fault that holds the last of them. */
export function runStep({ what, program, args = [], environment, cwd, signal, onLine }) {
  return new Promise((resolve, reject) => {
    const lines = []
    const child = spawn(process.execPath, [program, ...args], {
      env: environment,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    for (const stream of [child.stdout, child.stderr]) {
      eachLine(stream, (line) => {
        lines.push(line)
        onLine(line)
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(lines)
      else reject(new Fault(`${what} failed:\n${lines.slice(-15).join('\n')}`))
    })
  })
}
