import type { ChangeDatasourceRequest } from '@penstock/contracts'
import type { Datasource } from '@penstock/control-store'
import { inputInvalid } from '../../base/parse-input.js'

/**
 * A stored password goes only where it was meant to go: whoever names another server, or drops the check of its certificate, sends the
 * password again. Otherwise it could be had by pointing the data source at a server of one's own.
 */
export function refusePasswordToOtherHost(before: Datasource, change: ChangeDatasourceRequest): void {
  if (before.passwordSealed === null || change.password !== undefined) return
  const moved =
    (change.host !== undefined && change.host !== before.host) ||
    (change.port !== undefined && change.port !== before.port)
  const weaker = change.ssl !== undefined && STRENGTH[change.ssl.mode] < STRENGTH[before.ssl.mode]
  if (!moved && !weaker) return
  throw inputInvalid([
    { field: 'password', message: 'must be sent again when host or port change or ssl becomes weaker' },
  ])
}

const STRENGTH = { disable: 0, require: 1, 'verify-ca': 2, 'verify-full': 3 } as const
