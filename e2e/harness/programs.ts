import { fileURLToPath } from 'node:url'
import { startProcess } from '@penstock/testing'

// In a profile each module shall be seen by itself.
const PROFILED = process.env['BENCH_PROFILE_FOLDER'] !== undefined

/** What is run of an app: its bundle, where it is shipped as one, else its compiled entry point. */
export const program = (app: string, entry: string): string => {
  const bundled = app === 'gateway' && entry === 'main' && !PROFILED
  return fileURLToPath(new URL(`../../apps/${app}/dist/${bundled ? 'bundle/' : ''}${entry}.js`, import.meta.url))
}

/** Runs a command of ours to its end; a failure holds what it printed. */
export async function runToEnd(
  file: string,
  options: { args?: string[]; env: Record<string, string> },
): Promise<string> {
  const running = startProcess(file, options)
  const code = await running.ended
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}:\n${running.output()}`)
  return running.output()
}
