import { Controller, Inject } from '@nestjs/common'
import { validateApiRequest, validatedAnswer } from '@penstock/contracts'
import type { z } from 'zod'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ValidateApi } from './validate-api.js'

export const VALIDATE_API = Symbol('VALIDATE_API')
const SPEC = endpoint({
  method: 'POST',
  path: 'apis/validate',
  tag: 'APIs',
  summary: 'What a publish of this would say; nothing is saved and nothing is run',
  access: { permission: 'api:read', resource: 'many' },
  body: validateApiRequest,
  status: 200,
  answer: validatedAnswer,
})

@Controller()
export class ValidateApiController {
  constructor(@Inject(VALIDATE_API) private readonly validateApi: ValidateApi) {}

  @Endpoint(SPEC)
  validate(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): Promise<z.output<typeof validatedAnswer>> {
    return this.validateApi(caller, body)
  }
}
