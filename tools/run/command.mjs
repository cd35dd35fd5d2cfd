import { spawn } from 'node:child_process'

/** Runs a program to its end and gives its exit code and all it wrote; with `show` it writes to the terminal instead. */
export function run(program, args, { cwd, env = process.env, show = false, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: show ? 'inherit' : 'pipe' })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text))
    child.stdin?.end(input)
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code: code ?? 1, signal, output }))
  })
}

/** A JavaScript program, run by the same Node that runs us. */
export const runNode = (script, args, options) => run(process.execPath, [script, ...args], options)
