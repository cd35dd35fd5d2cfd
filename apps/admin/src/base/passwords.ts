import { hash, verify } from '@node-rs/argon2'

/** Hashes people's passwords and checks them. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** Without a hash (an unknown user) it takes as long and is false. */
  matches(hashed: string | undefined, password: string): Promise<boolean>
}

/** Argon2id (the package's default algorithm) with OWASP's first choice: 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export async function argon2Passwords(): Promise<Passwords> {
  // What an unknown user's password is compared with, so that the time tells nobody who exists.
  const nobody = await hash('nobody has this password', ARGON2ID)
  return {
    hash: (password) => hash(password, ARGON2ID),
    async matches(hashed, password) {
      const equal = await verify(hashed ?? nobody, password)
      return equal && hashed !== undefined
    },
  }
}
