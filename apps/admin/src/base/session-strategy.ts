import { PassportStrategy } from '@nestjs/passport'
import { principalStore, type ControlDatabase } from '@penstock/control-store'
import { ExtractJwt, Strategy } from 'passport-jwt'
import type { Principal } from './principal.js'
import { SESSION_CHECKS, sessionClaims, sessionKey } from './session-token.js'

/**
 * Signs in whoever sends a valid access token of the dashboard: passport-jwt checks signature, issuer, audience and time; here the user is
 * read anew, so that deactivation, logout and changed roles are effective with the next request. Client tokens are refused by their audience.
 */
export function sessionStrategy(name: string, database: ControlDatabase, secretKey: string): object {
  return new (sessionStrategyClass(name))(database, secretKey)
}

/** Passport keeps its strategies in one registry per process: with a name of its own, two control planes in one process keep apart. */
function sessionStrategyClass(name: string) {
  return class SessionStrategy extends PassportStrategy(Strategy, name) {
    constructor(
      readonly database: ControlDatabase,
      secretKey: string,
    ) {
      super({
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: sessionKey(secretKey),
        issuer: SESSION_CHECKS.issuer,
        audience: SESSION_CHECKS.audience,
        algorithms: [...SESSION_CHECKS.algorithms],
      })
    }

    /** Called by passport with the claims of a token whose signature and times hold. Undefined: refused. */
    async validate(payload: unknown): Promise<Principal | undefined> {
      const claims = sessionClaims.safeParse(payload)
      if (!claims.success) return undefined
      const { sub, jti, sid, exp } = claims.data
      const found = await this.database.read((tx) => principalStore.find(tx, { userId: sub, jti, familyId: sid }))
      if (found === undefined || found.revoked || !found.isActive) return undefined
      return {
        id: found.id,
        username: found.username,
        isSuperuser: found.isSuperuser,
        permissions: found.permissions,
        token: { jti, familyId: sid, expiresAt: new Date(exp * 1000) },
      }
    }
  }
}
