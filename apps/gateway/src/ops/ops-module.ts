import { type DynamicModule, Module } from '@nestjs/common'
import type { PrometheusSink } from '@penstock/telemetry'
import { HealthController } from './health.controller.js'
import { MetricsController } from './metrics.controller.js'
import { METRICS, MISSING } from './tokens.js'

@Module({ controllers: [HealthController, MetricsController] })
class OpsModule {}

export interface OpsParts {
  readonly metrics: Pick<PrometheusSink, 'text'>
  /** Names of what is missing for being ready. */
  readonly missing: () => readonly string[]
}

/** What the ops port serves: metrics and health, and nothing that callers may meet. */
export function opsModule(parts: OpsParts): DynamicModule {
  return {
    module: OpsModule,
    providers: [
      { provide: METRICS, useValue: parts.metrics },
      { provide: MISSING, useValue: parts.missing },
    ],
  }
}
