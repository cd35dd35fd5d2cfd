import { Controller } from '@nestjs/common'
import { myPermissionsAnswer } from '@penstock/contracts'
import type { z } from 'zod'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'

const SPEC = endpoint({
  method: 'GET',
  path: 'users/me/permissions',
  tag: 'Me',
  summary: 'What the signed-in user may do',
  access: 'authenticated',
  status: 200,
  answer: myPermissionsAnswer,
})

/** The guard has read them for this very request; there is nothing left to look up. */
@Controller()
export class ReadMyPermissionsController {
  @Endpoint(SPEC)
  read(@Call(SPEC) { caller }: CallOf<typeof SPEC>): z.output<typeof myPermissionsAnswer> {
    return {
      is_superuser: caller.user.isSuperuser,
      data: caller.user.permissions.map(({ resourceType, action, resourceId }) => ({
        permission: `${resourceType}:${action}`,
        resource_id: resourceId,
      })),
    }
  }
}
