import { Controller, Get, Header, Inject } from '@nestjs/common'
import type { PrometheusSink } from '@penstock/telemetry'
import { METRICS } from './tokens.js'

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: Pick<PrometheusSink, 'text'>) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  text(): Promise<string> {
    return this.metrics.text()
  }
}
