import { datasourceStore, principalStore } from '@penstock/control-store'
import { refuseInUse } from '../../base/in-use.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { datasourceAnswerOf } from '../datasource-answer.js'
import { findDatasourceForChange } from '../find-datasource.js'
import { openPassword } from '../sealed-password.js'

export type DeleteDatasource = (caller: Caller, id: string) => Promise<void>

type Needed = Pick<Ports, 'database' | 'keyring' | 'audit' | 'changes'>

/** Removes a data source; refused with the names of the APIs that use it, as draft or published. */
export function deleteDatasource({ database, keyring, audit, changes }: Needed): DeleteDatasource {
  return (caller, id) =>
    database.transaction(async (tx) => {
      const datasource = await findDatasourceForChange(tx, id)
      refuseInUse(`Data source "${datasource.name}"`, await datasourceStore.dependents(tx, id))
      await datasourceStore.remove(tx, id)
      await principalStore.forgetResource(tx, id)
      await audit(tx, caller, {
        action: 'datasource.delete',
        resource: { type: 'datasource', id, name: datasource.name },
        before: { shown: datasourceAnswerOf(datasource), secrets: { password: openPassword(keyring, datasource) } },
      })
      await changes.touch(tx, [`datasource:${id}`])
    })
}
