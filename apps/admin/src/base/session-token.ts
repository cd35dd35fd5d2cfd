import { JwtService } from '@nestjs/jwt'
import { derive } from './derive-key.js'
import { z } from 'zod'

/** Tokens of the dashboard; those of gateways have another audience and another key. */
const ISSUER = 'penstock'
const AUDIENCE = 'penstock-admin'
const ALGORITHM = 'HS256'

/** What an access token says. `sid` names the login (the family of refresh tokens) that it belongs to. */
export const sessionClaims = z.object({
  sub: z.uuid(),
  jti: z.uuid(),
  sid: z.uuid(),
  exp: z.number().int(),
})

/** Signs access tokens. */
export interface SessionSigner {
  sign(claims: { userId: string; jti: string; familyId: string }): Promise<string>
}

/** The key that signs dashboard tokens: SECRET_KEY itself is used for nothing directly. */
export function sessionKey(secretKey: string): Buffer {
  return derive(secretKey, 'penstock/dashboard-token/1')
}

export function sessionSigner(secretKey: string, expiresInSeconds: number): SessionSigner {
  const jwt = new JwtService({
    secret: sessionKey(secretKey),
    signOptions: { algorithm: ALGORITHM, issuer: ISSUER, audience: AUDIENCE, expiresIn: expiresInSeconds },
  })
  return {
    sign: ({ userId, jti, familyId }) => jwt.signAsync({ sid: familyId }, { subject: userId, jwtid: jti }),
  }
}

/** What passport-jwt must insist on. */
export const SESSION_CHECKS = { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM] } as const
