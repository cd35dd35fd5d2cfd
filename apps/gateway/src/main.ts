// First: before anything loads a driver.
import './node-navigator.js'
import { SettingsError } from '@penstock/app-config'
import { loadGatewayConfig } from './config.js'
import { startGateway, type RunningGateway } from './start-gateway.js'

try {
  const starting = startGateway(loadGatewayConfig())
  // Told to stop while it is starting still, it finishes that first: half a gateway cannot be drained.
  process.once('SIGTERM', (signal) => void end(starting, signal))
  process.once('SIGINT', (signal) => void end(starting, signal))
  await starting
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error)
  process.exit(1)
}

async function end(starting: Promise<RunningGateway>, signal: string): Promise<void> {
  try {
    const gateway = await starting
    await gateway.stop(signal)
    process.exit(0)
  } catch (error) {
    console.error(error)
    process.exit(1)
  }
}
