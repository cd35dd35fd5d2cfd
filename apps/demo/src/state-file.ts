import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

const state = z.object({
  /** Password of the role that the demo's data source signs in with. */
  role_password: z.string(),
  /** The catalogue that was seeded last. */
  catalogue_version: z.number().int().optional(),
  /** The client of the demo's group; the secret is admin's, shown once and kept here. */
  client: z.object({ client_id: z.string(), client_secret: z.string() }).optional(),
})
export type DemoState = z.output<typeof state>

/** What is kept between two runs; a new role password when there is no file yet or it cannot be read as one. */
export async function readState(file: string): Promise<DemoState> {
  try {
    return state.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    // Everything in it can be made anew: the role gets the new password, the client a new secret.
    return { role_password: randomBytes(24).toString('base64url') }
  }
}

/** Writes the file whole or not at all, readable by its owner alone. */
export async function writeState(file: string, value: DemoState): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const aside = `${file}.${process.pid}`
  await writeFile(aside, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  await chmod(aside, 0o600)
  await rename(aside, file)
}
