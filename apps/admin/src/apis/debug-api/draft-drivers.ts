import type { Datasource } from '@penstock/control-store'
import type { Driver, DriverLease } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import type { DatasourcePlan } from '@penstock/pipeline'
import { datasourceConnection } from '../../base/datasource-connection.js'
import type { Ports } from '../../base/ports.js'
import type { DebugRecord } from './debug-record.js'
import { recordedDriver } from './recorded-driver.js'
import { discardingDriver, triedDriver, type TriedDriver } from './tried-driver.js'

/** How far what is run may change something. */
export type Lasting = 'commit' | 'discard each query' | 'discard all at the end'

/** The drivers of one run of a draft: opened with their first use, and closed with it. */
export class DraftDrivers {
  readonly #open = new Map<
    string,
    { readonly shown: Driver; readonly tried: TriedDriver | undefined; close(): Promise<void> }
  >()

  constructor(
    readonly ports: Pick<Ports, 'connect' | 'keyring' | 'config'>,
    readonly datasources: readonly Datasource[],
    readonly lasting: Lasting,
    readonly record: DebugRecord,
  ) {}

  lease({ id, name }: DatasourcePlan): DriverLease {
    const there = this.#open.get(id)
    if (there !== undefined) return { driver: there.shown, release: () => undefined }
    const datasource = this.datasources.find((one) => one.id === id)
    if (datasource === undefined) throw new AppError('API_BROKEN', `data source ${name} was not read`)
    const { connect, keyring, config } = this.ports
    const driver = connect(datasourceConnection(datasource, keyring, config.external))
    const tried = this.lasting === 'discard all at the end' ? triedDriver(driver) : undefined
    const running = tried ?? (this.lasting === 'commit' ? driver : discardingDriver(driver))
    const shown = recordedDriver(running, name, this.record)
    this.#open.set(id, { shown, tried, close: () => driver.close() })
    return { driver: shown, release: () => undefined }
  }

  /** Undoes what is only tried, and closes all connections. */
  async close(): Promise<void> {
    for (const { tried, close } of this.#open.values()) {
      await tried?.undo()
      await close()
    }
    this.#open.clear()
  }
}
