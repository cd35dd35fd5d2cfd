import 'reflect-metadata'
import { SettingsError } from '@penstock/app-config'
import { createLogger, type Logger } from '@penstock/telemetry'
import { composeAdmin, type AdminProcess } from './compose.js'
import { loadAdminConfig, type AdminConfig } from './config.js'

/** Requests under way get this long to finish. */
const SHUTDOWN_MS_MAX = 15_000

async function main(): Promise<void> {
  const config = configOrExit()
  const log = createLogger({ service: 'admin', level: config.logLevel, json: config.logJson })
  const admin = await composeAdmin(config, log)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void shutDown(admin, log, signal))
  await admin.ops.listen({ host: config.host, port: config.opsPort })
  await admin.app.listen({ host: config.host, port: config.port })
  log.info('listening', { url: await admin.app.getUrl(), ops_port: config.opsPort, environment: config.environment })
}

function configOrExit(): AdminConfig {
  try {
    return loadAdminConfig()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

async function shutDown(admin: AdminProcess, log: Logger, signal: string): Promise<void> {
  log.info('shutting down', { signal })
  admin.health.drain()
  const timer = setTimeout(() => {
    log.error('gave up waiting for requests under way')
    process.exit(1)
  }, SHUTDOWN_MS_MAX)
  await admin.close()
  clearTimeout(timer)
  process.exit(0)
}

main().catch((error: unknown) => {
  process.stderr.write(`admin could not start: ${startFault(error)}\n`)
  process.exit(1)
})

/** What an operator can mend is one sentence; anything else shows where it came from. */
function startFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof SettingsError) return error.message
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}; set ADMIN_PORT or ADMIN_OPS_PORT to a free port, or stop what listens there`
  }
  if ('code' in error && error.code === 'ECONNREFUSED') {
    return `the configuration database does not answer (${error.message}); check DATABASE_URL or POSTGRES_SERVER`
  }
  return error.stack ?? error.message
}
