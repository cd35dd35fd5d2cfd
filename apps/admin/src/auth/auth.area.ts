import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { LOGIN, LoginController } from './login/login.controller.js'
import { login } from './login/login.js'
import { LOGOUT, LogoutController } from './logout/logout.controller.js'
import { logout } from './logout/logout.js'
import { REFRESH, RefreshController } from './refresh/refresh.controller.js'
import { refresh } from './refresh/refresh.js'

/** Signing in and out. */
export const authArea: Area = {
  controllers: [LoginController, RefreshController, LogoutController],
  providers: [useCase(LOGIN, login), useCase(REFRESH, refresh), useCase(LOGOUT, logout)],
}
