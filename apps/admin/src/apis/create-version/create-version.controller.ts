import { Controller, Inject } from '@nestjs/common'
import { createdVersionAnswer, createVersionRequest, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { CreateVersion } from './create-version.js'

export const CREATE_VERSION = Symbol('CREATE_VERSION')
const SPEC = endpoint({
  method: 'POST',
  path: 'apis/{id}/versions',
  tag: 'APIs',
  summary: 'Keep the draft as a version',
  access: { permission: 'api:update', resource: { param: 'id' } },
  params: idParams,
  body: createVersionRequest,
  status: 201,
  answer: createdVersionAnswer,
  refusals: [404],
})

@Controller()
export class CreateVersionController {
  constructor(@Inject(CREATE_VERSION) private readonly createVersion: CreateVersion) {}

  @Endpoint(SPEC)
  create(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): Promise<{ id: string; version: number }> {
    return this.createVersion(caller, params.id, body.commit_message)
  }
}
