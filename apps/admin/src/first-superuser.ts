import { randomUUID } from 'node:crypto'
import { openControlDatabase } from '@penstock/control-store'
import { auditWriter } from './base/audit.js'
import { argon2Passwords } from './base/passwords.js'
import { loadAdminConfig } from './config.js'
import { ensureFirstSuperuser } from './users/first-superuser/ensure-first-superuser.js'

/** Makes the first superuser from FIRST_SUPERUSER and FIRST_SUPERUSER_PASSWORD when there is none; does nothing otherwise. */
async function main(): Promise<number> {
  try {
    const config = loadAdminConfig()
    const database = await openControlDatabase(config.database, 'penstock-first-superuser')
    try {
      const made = await ensureFirstSuperuser(
        { database, passwords: await argon2Passwords(), audit: auditWriter(config.secretKey), newId: randomUUID },
        config.firstSuperuser,
      )
      process.stdout.write(
        made ? `made superuser ${config.firstSuperuser.username}\n` : 'there is a superuser already\n',
      )
      return 0
    } finally {
      await database.close()
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

process.exitCode = await main()
