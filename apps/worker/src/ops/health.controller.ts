import { Controller, Get, Header, HttpException, Inject } from '@nestjs/common'
import { READINESS } from '../tokens.js'
import type { Readiness } from './readiness.js'

/** Tells probes whether the process lives and whether it can do its work. */
@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS) private readonly missing: Readiness) {}

  @Get()
  @Header('content-type', 'text/plain')
  summary(): string {
    return 'ok'
  }

  @Get('live')
  live(): { status: string } {
    return { status: 'live' }
  }

  @Get('ready')
  async ready(): Promise<{ status: string }> {
    const missing = await this.missing()
    if (missing.length > 0)
      throw new HttpException({ success: false, message: 'Service Unavailable', data: missing }, 503)
    return { status: 'ready' }
  }
}
