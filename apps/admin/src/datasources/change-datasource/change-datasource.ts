import type { ChangeDatasourceRequest, DatasourceAnswer } from '@penstock/contracts'
import { datasourceStore } from '@penstock/control-store'
import { defined } from '../../base/defined.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { datasourceAnswerOf } from '../datasource-answer.js'
import { findDatasource, findDatasourceForChange } from '../find-datasource.js'
import { openPassword, sealedPassword } from '../sealed-password.js'
import { refuseWrongAddress } from '../refuse-wrong-address.js'
import { refusePasswordToOtherHost } from './refuse-password-to-other-host.js'

export type ChangeDatasource = (caller: Caller, id: string, body: ChangeDatasourceRequest) => Promise<DatasourceAnswer>

type Needed = Pick<Ports, 'database' | 'keyring' | 'audit' | 'changes'>

/** Changes a data source. Gateways open new connections for what changed and let the old ones end. */
export function changeDatasource({ database, keyring, audit, changes }: Needed): ChangeDatasource {
  return (caller, id, body) =>
    database.transaction(async (tx) => {
      const before = await findDatasourceForChange(tx, id)
      refusePasswordToOtherHost(before, body)
      const { is_active: isActive, password, ...columns } = body
      await datasourceStore.change(tx, id, {
        ...defined({ ...columns, isActive }),
        ...(password === undefined ? {} : sealedPassword(keyring, id, password)),
      })
      const after = await findDatasource(tx, id)
      refuseWrongAddress({ ...after, hasPassword: after.passwordSealed !== null })
      await audit(tx, caller, {
        action: 'datasource.update',
        resource: { type: 'datasource', id, name: after.name },
        before: { shown: datasourceAnswerOf(before), secrets: { password: openPassword(keyring, before) } },
        after: { shown: datasourceAnswerOf(after), secrets: { password: openPassword(keyring, after) } },
      })
      await changes.touch(tx, [`datasource:${id}`])
      return datasourceAnswerOf(after)
    })
}
