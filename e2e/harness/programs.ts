import { fileURLToPath } from 'node:url'
import { startProcess } from '@penstock/testing'

/** The compiled entry point of an app. */
export const program = (app: string, entry: string): string =>
  fileURLToPath(new URL(`../../apps/${app}/dist/${entry}.js`, import.meta.url))

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
