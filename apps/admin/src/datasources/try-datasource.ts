import type { DatasourceTestAnswer } from '@penstock/contracts'
import type { Inspector } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { redactText } from '@penstock/secrets'
import type { DatasourceConnection } from '../base/datasource-connection.js'
import type { Ports } from '../base/ports.js'

/** Beyond the connect timeout: the question for the version needs a moment too. */
const GRACE_MS = 2000

/** Connects, asks for the version and leaves. A data source that refuses is an answer here, not a failure. */
export async function tryDatasource(
  ports: Pick<Ports, 'inspect' | 'config'>,
  settings: DatasourceConnection,
): Promise<DatasourceTestAnswer> {
  try {
    const { latencyMs, serverVersion } = await withInspector(ports, settings, (inspector, signal) =>
      inspector.probe(signal),
    )
    return {
      success: true,
      message: `Connected to version ${serverVersion}`,
      latency_ms: Math.round(latencyMs * 10) / 10,
      server_version: serverVersion,
    }
  } catch (error) {
    if (!(error instanceof AppError) || !/^DATASOURCE_/.test(error.code)) throw error
    // Whoever may test a data source reads what the server said: it is the point of testing.
    return { success: false, message: redactText(error.message), latency_ms: null, server_version: null }
  }
}

/** Opens an inspector for the time of the work, with a deadline over all of it; always closed. */
export async function withInspector<T>(
  { inspect, config }: Pick<Ports, 'inspect' | 'config'>,
  settings: DatasourceConnection,
  work: (inspector: Inspector, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inspector = inspect(settings)
  const deadline = new AbortController()
  const timer = setTimeout(
    () => deadline.abort(new AppError('DATASOURCE_TIMEOUT', `no answer from ${settings.host}:${settings.port}`)),
    settings.connectTimeoutMs + Math.max(GRACE_MS, Math.min(config.external.statementTimeoutMs, 30_000)),
  )
  try {
    return await work(inspector, deadline.signal)
  } finally {
    clearTimeout(timer)
    await inspector.close()
  }
}
