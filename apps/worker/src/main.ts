import 'reflect-metadata'
import { SettingsError } from '@penstock/app-config'
import { loadWorkerConfig } from './config.js'
import { startWorker, type RunningWorker } from './start-worker.js'

try {
  const worker = await startWorker(loadWorkerConfig())
  process.once('SIGTERM', (signal) => void end(worker, signal))
  process.once('SIGINT', (signal) => void end(worker, signal))
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error)
  process.exit(1)
}

/** The exit ends what a job that ignored its abort signal still does; another worker takes that job over. */
async function end(worker: RunningWorker, signal: string): Promise<void> {
  worker.logger.info(`${signal}: letting running jobs finish`)
  try {
    await worker.stop()
    process.exit(0)
  } catch (error) {
    worker.logger.error('the worker did not stop cleanly', { error: String(error) })
    process.exit(1)
  }
}
