import { SettingsError } from '@penstock/app-config'
import { loadDemoConfig } from './config.js'
import { NoDemoHere, runDemo } from './run-demo.js'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

try {
  const config = loadDemoConfig()
  if (config.enabled) await runDemo(config, say)
  else say('no demo: DEMO_ENABLED=false')
} catch (error) {
  if (error instanceof NoDemoHere) {
    say(error.message)
  } else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = error instanceof SettingsError ? 2 : 1
  }
}
