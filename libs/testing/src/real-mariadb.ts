import { z } from 'zod'
import { launchService } from './launch-service.js'

/** Set it to test against a MySQL or MariaDB of your own; its user must be allowed to create databases and users. */
const MYSQL_URL_VARIABLE = 'TEST_MYSQL_URL'

export interface OwnedMariadb {
  /** `mysql://user:password@host:port`, without a database. */
  readonly url: string
  stop(): Promise<void>
}

const Announcement = z.object({ url: z.string() })

/**
 * A real MariaDB of your own, from the PATH or from Debian's packages; it also ends when this process does. With options of the server it is
 * always such a one, whatever TEST_MYSQL_URL says.
 */
export async function startMariadb(options: readonly string[] = []): Promise<OwnedMariadb> {
  const given = process.env[MYSQL_URL_VARIABLE]
  if (options.length === 0 && given !== undefined && given !== '') return { url: given, stop: () => Promise.resolve() }
  const { announcement, stop } = await launchService('test-mariadb.mjs', options)
  return { ...Announcement.parse(announcement), stop }
}
