import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { CHANGE_ME, ChangeMeController } from './change-me/change-me.controller.js'
import { changeMe } from './change-me/change-me.js'
import { CHANGE_MY_PASSWORD, ChangeMyPasswordController } from './change-my-password/change-my-password.controller.js'
import { changeMyPassword } from './change-my-password/change-my-password.js'
import { READ_ME, ReadMeController } from './read-me/read-me.controller.js'
import { readMe } from './read-me/read-me.js'
import { ReadMyPermissionsController } from './read-my-permissions/read-my-permissions.controller.js'

/** The signed-in user's own account. */
export const usersArea: Area = {
  controllers: [ReadMeController, ChangeMeController, ChangeMyPasswordController, ReadMyPermissionsController],
  providers: [useCase(READ_ME, readMe), useCase(CHANGE_ME, changeMe), useCase(CHANGE_MY_PASSWORD, changeMyPassword)],
}
