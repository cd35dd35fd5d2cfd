import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import type { Reflector } from '@nestjs/core'
import { map, type Observable } from 'rxjs'
import { EndpointEntry } from './endpoint.js'

/** Sends what the endpoint's answer schema names and nothing else, so that a column that is added tomorrow does not leak. */
export class AnswerInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const answer = this.reflector.get(EndpointEntry, context.getHandler())?.answer
    return next.handle().pipe(map((value: unknown) => answer?.parse(value)))
  }
}
