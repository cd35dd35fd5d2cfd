import { Controller, Inject } from '@nestjs/common'
import { idParams, moduleAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadModule } from './read-module.js'

export const READ_MODULE = Symbol('READ_MODULE')
const SPEC = endpoint({
  method: 'GET',
  path: 'modules/{id}',
  tag: 'Modules',
  summary: 'Read a module',
  access: { permission: 'module:read', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: moduleAnswer,
})

@Controller()
export class ReadModuleController {
  constructor(@Inject(READ_MODULE) private readonly readModule: ReadModule) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<ReadModule> {
    return this.readModule(caller, params.id)
  }
}
