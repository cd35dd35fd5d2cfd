import type { ConnectionSettings } from '@penstock/datasource'
import type { ConnectionOptions } from 'node:tls'

/**
 * What the TLS handshake must hold: `require` encrypts and trusts whoever answers, `verify-ca` checks the certificate's chain,
 * `verify-full` the host name too. Undefined: no TLS. Without a CA of its own the system's list is used.
 */
export function tlsOptions(ssl: ConnectionSettings['ssl']): ConnectionOptions | undefined {
  const ca = ssl.ca === undefined ? {} : { ca: ssl.ca }
  switch (ssl.mode) {
    case 'disable':
      return undefined
    case 'require':
      return { rejectUnauthorized: false }
    case 'verify-ca':
      return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }
    case 'verify-full':
      return { ...ca, rejectUnauthorized: true }
  }
}
