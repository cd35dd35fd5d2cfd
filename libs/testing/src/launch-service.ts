import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface LaunchedService {
  /** The one line of JSON by which the program said that it is ready. */
  readonly announcement: unknown
  stop(): Promise<void>
}

/**
 * Starts a program of `tools/services` that announces itself with one line and lives until its standard input ends, so that it never
 * outlives this process, however that one dies.
 */
export async function launchService(file: string, flags: readonly string[]): Promise<LaunchedService> {
  // The same relative path holds from src/ and from dist/.
  const program = fileURLToPath(new URL(`../../../tools/services/${file}`, import.meta.url))
  const server = spawn(process.execPath, [program, ...flags], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', resolve)
    server.once('error', reject)
    server.once('close', (code) => reject(new Error(`${file} ended with code ${String(code)}; its reason is above`)))
  })
  // Only its standard input ties the server to us: a finished test process need not wait for it.
  server.unref()
  server.stdout.destroy()
  return {
    announcement: JSON.parse(line),
    stop: async () => {
      server.ref()
      server.stdin.end()
      await ended
    },
  }
}
