import 'reflect-metadata'
import { SettingsError } from '@penstock/app-config'
import { loadGatewayConfig } from './config.js'
import { startGateway, type RunningGateway } from './start-gateway.js'

try {
  const gateway = await startGateway(loadGatewayConfig())
  process.once('SIGTERM', (signal) => void end(gateway, signal))
  process.once('SIGINT', (signal) => void end(gateway, signal))
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error)
  process.exit(1)
}

async function end(gateway: RunningGateway, signal: string): Promise<void> {
  try {
    await gateway.stop(signal)
    process.exit(0)
  } catch (error) {
    console.error(error)
    process.exit(1)
  }
}
