import type { DriverLease, StatementResult, Transaction } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import type { ScriptBudget } from '@penstock/script'
import { z } from 'zod'
import type { DatasourcePlan } from '../compiled-snapshot.js'
import { Misuse } from './misuse.js'
import type { ScriptedCall } from './scripted-call.js'
import { scriptRows } from './script-rows.js'
import { scriptStatement, statementArgs } from './script-statement.js'

const sourceArgs = z.strictObject({ source: z.string().nullable() })

/** A data source that a job has used: its driver is held until the job is over. */
interface OpenSource {
  readonly plan: DatasourcePlan
  readonly lease: DriverLease
  /** While it is open, all statements of the source go through its connection. */
  transaction: Promise<Transaction> | undefined
}

/** The data sources of one job. */
export class ScriptDatabases {
  readonly #open = new Map<string, OpenSource>()
  #isClosed = false

  constructor(
    readonly scripted: ScriptedCall,
    readonly budget: ScriptBudget,
  ) {}

  readonly handlers = {
    'db.query': async (args: unknown, signal: AbortSignal) => rowsText(await this.#run(args, signal)),
    'db.execute': async (args: unknown, signal: AbortSignal) => String(changedRows(await this.#run(args, signal))),
    'db.begin': (args: unknown, signal: AbortSignal) => this.#begin(args, signal),
    'db.commit': (args: unknown) => this.#end(args, 'commit'),
    'db.rollback': (args: unknown) => this.#end(args, 'rollback'),
  }

  /** Rolls back what is open and gives the drivers back. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#open.values()].map(closeSource))
    this.#open.clear()
  }

  async #run(args: unknown, signal: AbortSignal): Promise<StatementResult> {
    const asked = statementArgs.parse(args)
    const source = this.#source(asked.source)
    const statement = scriptStatement(asked, source.plan.productType)
    const caps = { rowsMax: this.#rowsMax, bytesMax: this.budget.hostBytesMax }
    const transaction = await source.transaction
    if (transaction !== undefined) return whole(await transaction.query(statement, caps))
    const [result] = await source.lease.driver.query([statement], { ...this.#options(source.plan, signal), ...caps })
    if (result === undefined) throw new Misuse('the statement is empty')
    return whole(result)
  }

  async #begin(args: unknown, signal: AbortSignal): Promise<string> {
    const source = this.#source(sourceArgs.parse(args).source)
    const { driver } = source.lease
    if (driver.begin === undefined) {
      throw new Misuse(`the data source ${source.plan.name} (${source.plan.productType}) has no transactions`)
    }
    if (source.transaction !== undefined) {
      throw new Misuse('a transaction of this data source is open already: use it, or wait for its end')
    }
    source.transaction = driver.begin(this.#options(source.plan, signal))
    try {
      await source.transaction
    } catch (error) {
      source.transaction = undefined
      throw error
    }
    return 'null'
  }

  async #end(args: unknown, how: 'commit' | 'rollback'): Promise<string> {
    const source = this.#source(sourceArgs.parse(args).source)
    const transaction = await source.transaction
    if (transaction === undefined) throw new Misuse('no transaction of this data source is open')
    source.transaction = undefined
    await transaction[how]()
    return 'null'
  }

  #options({ statementTimeoutMs }: DatasourcePlan, signal: AbortSignal) {
    const { call, plan } = this.scripted
    const timeoutMs = Math.min(statementTimeoutMs ?? call.ports.settings.statementTimeoutMs, this.budget.wallMs)
    return { mode: plan.readOnly ? 'read' : 'write', signal, timeoutMs } as const
  }

  get #rowsMax(): number | undefined {
    return this.scripted.plan.rowsMax ?? this.scripted.call.ports.settings.rowsMax
  }

  #source(name: string | null): OpenSource {
    // What the script asked for just before its end finds nothing to open any more.
    if (this.#isClosed) throw new Misuse('the script is over')
    const plan = this.#planOf(name)
    const there = this.#open.get(plan.id)
    if (there !== undefined) return there
    if (!plan.isActive) throw new AppError('DATASOURCE_INACTIVE', `data source ${plan.name} is not active`)
    const source = { plan, lease: this.scripted.call.ports.leaseDriver(plan), transaction: undefined }
    this.#open.set(plan.id, source)
    return source
  }

  /** A script reaches its API's own data source and those that it was granted, no others. */
  #planOf(name: string | null): DatasourcePlan {
    const { snapshot, plan, work } = this.scripted
    const own = plan.datasourceId === undefined ? undefined : snapshot.datasources.get(plan.datasourceId)
    if (name === null) {
      if (own === undefined) throw new Misuse('the API has no data source')
      return own
    }
    const granted = work.extraDatasourceIds.map((id) => snapshot.datasources.get(id))
    const found = [own, ...granted].find((one) => one?.name === name)
    if (found !== undefined) return found
    throw new Misuse(
      `the API was not granted a data source ${JSON.stringify(name.slice(0, 100))}: add it to extra_datasource_ids`,
    )
  }
}

async function closeSource({ transaction, lease }: OpenSource): Promise<void> {
  try {
    await (await transaction)?.rollback()
  } catch {
    // It was never begun; whoever asked for it has been told.
  } finally {
    lease.release()
  }
}

/** A script that reckons with a part of the rows would reckon wrong. */
function whole(result: StatementResult): StatementResult {
  if (result.kind === 'rows' && result.truncated) {
    throw new Misuse(
      'the result has more rows or bytes than a script may read: narrow it, or raise max_rows or host_bytes',
    )
  }
  return result
}

function rowsText(result: StatementResult): string {
  return result.kind === 'rows' ? scriptRows(result) : '[]'
}

function changedRows(result: StatementResult): number {
  return result.kind === 'rows' ? result.rows.length : result.count
}
