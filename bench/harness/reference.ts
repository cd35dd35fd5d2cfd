import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { SERVER_ARGS } from '../../tools/run/node-args.mjs'
import { lagProbe } from './loop-lag.js'

export interface Reference {
  readonly url: string
  readonly pid: number
}

/** Starts a server of `bench/references`, which prints its port; it runs until the work is over. */
export async function startReference(file: string, ...args: string[]): Promise<Reference> {
  const program = fileURLToPath(new URL(`../references/${file}`, import.meta.url))
  const child = spawn(process.execPath, [...SERVER_ARGS, program, ...args], {
    env: { ...process.env, ...lagProbe() },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('close', (code) => reject(new Error(`${file} ended with code ${String(code)}`)))
  })
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0 }
}
