import { Controller, Get, Header, Inject } from '@nestjs/common'
import { Registry } from 'prom-client'
import type { WorkerMetrics } from '../telemetry/metrics.js'
import { METRICS } from '../tokens.js'

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: WorkerMetrics) {}

  @Get()
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  text(): Promise<string> {
    return this.metrics.registry.metrics()
  }
}
