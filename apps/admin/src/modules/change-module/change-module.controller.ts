import { Controller, Inject } from '@nestjs/common'
import { changeModuleRequest, idParams, moduleAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ChangeModule } from './change-module.js'

export const CHANGE_MODULE = Symbol('CHANGE_MODULE')
const SPEC = endpoint({
  method: 'PATCH',
  path: 'modules/{id}',
  tag: 'Modules',
  summary: 'Change a module; switching it off takes its APIs out of service',
  access: { permission: 'module:update', resource: { param: 'id' } },
  params: idParams,
  body: changeModuleRequest,
  status: 200,
  answer: moduleAnswer,
  refusals: [409],
})

@Controller()
export class ChangeModuleController {
  constructor(@Inject(CHANGE_MODULE) private readonly changeModule: ChangeModule) {}

  @Endpoint(SPEC)
  change(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): ReturnType<ChangeModule> {
    return this.changeModule(caller, params.id, body)
  }
}
