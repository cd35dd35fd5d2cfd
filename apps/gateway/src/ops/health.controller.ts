import { Controller, Get, Header, HttpException, Inject } from '@nestjs/common'
import { MISSING } from './tokens.js'

/** Tells probes whether the process lives and whether it can serve calls. Redis and data sources have no part in that. */
@Controller('health')
export class HealthController {
  constructor(@Inject(MISSING) private readonly missing: () => readonly string[]) {}

  @Get()
  @Header('content-type', 'text/plain')
  summary(): string {
    return 'ok'
  }

  @Get('live')
  live(): { readonly status: string } {
    return { status: 'live' }
  }

  @Get('ready')
  ready(): { readonly status: string } {
    const missing = this.missing()
    if (missing.length > 0) {
      throw new HttpException({ success: false, message: 'Service Unavailable', data: missing }, 503)
    }
    return { status: 'ready' }
  }
}
