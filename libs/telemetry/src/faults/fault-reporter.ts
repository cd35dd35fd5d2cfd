import type { FaultReporter, FaultReporterOptions } from './fault.js'

const NOBODY: FaultReporter = Object.freeze({ report: () => undefined, close: () => Promise.resolve() })

/** Reports to Sentry when a DSN is set; its code is loaded then and not before. */
export async function openFaultReporter(options: FaultReporterOptions): Promise<FaultReporter> {
  const { dsn } = options
  if (dsn === undefined) return NOBODY
  const { sentryReporter } = await import('./sentry-reporter.js')
  return sentryReporter({ ...options, dsn })
}
