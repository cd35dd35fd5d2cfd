import { SettingsError } from '@penstock/app-config'
import { loadDemoConfig } from './config.js'
import { runDemo } from './run-demo.js'

try {
  await runDemo(loadDemoConfig(), (line) => process.stdout.write(`${line}\n`))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof SettingsError ? 2 : 1
}
