import { readFileSync } from 'node:fs'
import type { DatabaseOptions } from '@penstock/app-config'

/** TLS in the words that `pg` and TypeORM share. */
export interface TlsSettings {
  readonly rejectUnauthorized: boolean
  readonly ca?: string
  readonly checkServerIdentity?: () => undefined
}

/** What POSTGRES_SSLMODE means to node: `require` encrypts only, `verify-ca` checks the chain, `verify-full` the host name too. */
export function tlsOptions({
  sslMode,
  sslCaFile,
}: Pick<DatabaseOptions, 'sslMode' | 'sslCaFile'>): TlsSettings | false {
  if (sslMode === 'disable') return false
  const ca = sslCaFile === undefined ? {} : { ca: readFileSync(sslCaFile, 'utf8') }
  if (sslMode === 'require') return { ...ca, rejectUnauthorized: false }
  if (sslMode === 'verify-ca') return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }
  return { ...ca, rejectUnauthorized: true }
}
