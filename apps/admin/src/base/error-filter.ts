import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import { AppError, toProblem } from '@penstock/errors'
import { redactText } from '@penstock/secrets'
import type { FaultReporter, Logger } from '@penstock/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Turns whatever was thrown into the error envelope, and logs what is our own fault. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly faults: FaultReporter,
    private readonly environment: 'local' | 'staging' | 'production',
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>()
    const reply = host.switchToHttp().getResponse<FastifyReply>()
    const problem = toProblem(error, request.id, this.detailOf(error))
    if (problem.status >= 500) this.report(error, request)
    if (problem.body.code === 'INTERNAL') this.reportFault(error, request)
    reply.status(problem.status).headers(problem.headers).type('application/json').send(problem.body)
  }

  /** A 500 tells developers why; in production only the log does. */
  private detailOf(error: unknown): { detail?: string } {
    const internal = !(error instanceof AppError) || error.status === 500
    if (this.environment === 'production' || !internal || toProblem(error, '').status !== 500) return {}
    return { detail: redactText(error instanceof Error ? error.message : String(error)) }
  }

  private reportFault(error: unknown, request: FastifyRequest): void {
    // The route and not the path: what callers write into a path is theirs.
    const where = `${request.method} ${request.routeOptions.url ?? 'none'}`
    this.faults.report({ where, error, tags: { code: 'INTERNAL', request_id: request.id } })
  }

  private report(error: unknown, request: FastifyRequest): void {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    this.log.error('request failed', {
      request_id: request.id,
      method: request.method,
      path: request.url.split('?')[0],
      code: error instanceof AppError ? error.code : 'INTERNAL',
      fault: error instanceof Error ? error.message : String(error),
      stack: cause instanceof Error ? cause.stack : undefined,
    })
  }
}
