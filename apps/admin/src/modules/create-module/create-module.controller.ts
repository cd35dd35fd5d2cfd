import { Controller, Inject } from '@nestjs/common'
import { createModuleRequest, moduleAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { CreateModule } from './create-module.js'

export const CREATE_MODULE = Symbol('CREATE_MODULE')
const SPEC = endpoint({
  method: 'POST',
  path: 'modules',
  tag: 'Modules',
  summary: 'Add a module',
  access: { permission: 'module:create', resource: 'none' },
  body: createModuleRequest,
  status: 201,
  answer: moduleAnswer,
  refusals: [409],
})

@Controller()
export class CreateModuleController {
  constructor(@Inject(CREATE_MODULE) private readonly createModule: CreateModule) {}

  @Endpoint(SPEC)
  create(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): ReturnType<CreateModule> {
    return this.createModule(caller, body)
  }
}
