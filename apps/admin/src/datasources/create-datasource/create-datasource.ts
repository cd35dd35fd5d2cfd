import type { CreateDatasourceRequest, DatasourceAnswer } from '@penstock/contracts'
import { datasourceStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { datasourceAnswerOf } from '../datasource-answer.js'
import { findDatasource } from '../find-datasource.js'
import { refuseWrongAddress, wholeAddress } from '../refuse-wrong-address.js'
import { isPassword, sealedPassword } from '../sealed-password.js'

export type CreateDatasource = (caller: Caller, body: CreateDatasourceRequest) => Promise<DatasourceAnswer>

type Needed = Pick<Ports, 'database' | 'keyring' | 'audit' | 'changes' | 'newId'>

/** Adds a data source; its password is encrypted before it reaches the database. */
export function createDatasource({ database, keyring, audit, changes, newId }: Needed): CreateDatasource {
  return (caller, body) => {
    const address = wholeAddress(body)
    const hasPassword = isPassword(body.password)
    refuseWrongAddress({ ...body, ...address, productType: body.product_type, hasPassword })
    return database.transaction(async (tx) => {
      const id = newId()
      const { product_type: productType, is_active: isActive, password, ...columns } = body
      await datasourceStore.insert(tx, {
        id,
        productType,
        isActive,
        ...columns,
        ...address,
        ...sealedPassword(keyring, id, password),
      })
      const datasource = datasourceAnswerOf(await findDatasource(tx, id))
      await audit(tx, caller, {
        action: 'datasource.create',
        resource: { type: 'datasource', id, name: datasource.name },
        after: { shown: datasource, secrets: { password } },
      })
      await changes.touch(tx, [`datasource:${id}`])
      return datasource
    })
  }
}
