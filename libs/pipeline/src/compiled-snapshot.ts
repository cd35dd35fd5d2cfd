import type { AddressRule } from './address-rule.js'
import type { GroupGrants, TokenKeys } from '@penstock/access-tokens'
import type { ProductType } from '@penstock/contracts'
import type { ConnectionSettings } from '@penstock/datasource'
import type { RateLimit } from '@penstock/limits'
import type { CalledApi } from '@penstock/observations'
import type { PagingPlan } from '@penstock/paging'
import type { ParamsReader } from '@penstock/params'
import type { Route, RouteIndex } from '@penstock/routing'
import type { ScriptProgram } from '@penstock/script'
import type { ScriptWork } from './script/script-work.js'
import type { SqlUnit } from './sql-unit.js'

/** A rate limit whose key still lacks the caller. */
export type RateTemplate = Omit<RateLimit, 'key'>

/** A published API with everything that can be known before a call comes. */
export interface ApiPlan extends Route {
  readonly id: string
  /** For observations. */
  readonly called: CalledApi
  readonly isPublic: boolean
  /** Undefined: a script that uses none. */
  readonly datasourceId: string | undefined
  readonly work: ApiWork
  /** GET never writes, whatever its statement says. */
  readonly readOnly: boolean
  readonly rates: readonly RateTemplate[]
  readonly maxConcurrent: number | undefined
  readonly whenAway: 'local' | 'closed'
  readonly timeoutMs: number | undefined
  readonly rowsMax: number | undefined
  /** NDJSON and CSV may be asked for. */
  readonly streams: boolean
  /** Undefined: answers are not kept. */
  readonly cache: CachePolicy | undefined
  readonly corsOrigins: readonly string[]
  /** Undefined: every address may call. */
  readonly mayCallFrom: AddressRule | undefined
}

/** For how long answers of an API are kept, and what their keys begin with. */
export interface CachePolicy {
  readonly ttlMs: number
  /** For so long after that the old answer is given, while a new one is made. */
  readonly staleMs: number
  readonly isPublic: boolean
  /** Version, purges and caps: a publish and a purge alike make all keys new. */
  readonly prefix: string
  /** A template without definitions reads no value: whatever callers invent does not fill the cache. */
  readonly readsParams: boolean
  /** Of scripts, which see who calls: the request headers that they see beside the client. Undefined: nothing of the caller is seen. */
  readonly caller: readonly string[] | undefined
}

/** What an API does; or why this gateway cannot do it: then calls are answered with API_BROKEN. */
export type ApiWork =
  | {
      readonly kind: 'sql'
      readonly params: ParamsReader
      readonly sql: SqlUnit
      /** Undefined: all rows are handed out at once. */
      readonly paging: PagingPlan | undefined
      /** Validators and a transform; undefined when there are none. */
      readonly scripts: ScriptWork | undefined
    }
  | {
      readonly kind: 'script'
      readonly params: ParamsReader
      readonly main: ScriptProgram
      readonly scripts: ScriptWork
    }
  | { readonly kind: 'broken'; readonly reason: string }

/** A caller with a secret. */
export interface ClientPlan {
  readonly id: string
  readonly clientId: string
  readonly name: string
  readonly isActive: boolean
  readonly secretHashes: readonly string[]
  /** Seconds since 1970. */
  readonly tokensValidFrom: number
  readonly tokenExpireSeconds: number | undefined
  readonly rates: readonly RateTemplate[]
  readonly maxConcurrent: number | undefined
  readonly apiIds: ReadonlySet<string>
  readonly groupIds: readonly string[]
  /** Undefined: from every address. */
  readonly mayCallFrom: AddressRule | undefined
}

/** A database that APIs read. The connection holds a password in clear: never log it. */
export interface DatasourcePlan {
  readonly id: string
  readonly name: string
  readonly isActive: boolean
  readonly productType: ProductType
  /** Names the settings: the same data source with other settings has another. */
  readonly settingsHash: string
  readonly connection: ConnectionOverrides
  readonly queueSize: number | undefined
  readonly queueWaitMs: number | undefined
  readonly statementTimeoutMs: number | undefined
}

/** Connection settings as far as the entry says them; the process has defaults for the others. */
export type ConnectionOverrides = Omit<ConnectionSettings, 'poolSize' | 'connectTimeoutMs'> & {
  readonly poolSize: number | undefined
  readonly connectTimeoutMs: number | undefined
}

/** A key, opened. */
export interface KeyPlan {
  readonly kid: string
  readonly purpose: 'client-token' | 'client-secret-pepper'
  readonly secret: string
  readonly notBefore: number
  readonly notAfter: number | null
}

/** One revision of the configuration, frozen and ready for calls. A call reads it once and sees nothing else to its end. */
export interface CompiledSnapshot {
  readonly epoch: string
  readonly revision: number
  readonly routes: RouteIndex<ApiPlan>
  readonly apis: ReadonlyMap<string, ApiPlan>
  readonly clients: ReadonlyMap<string, ClientPlan>
  /** By the public client_id. */
  readonly clientsByName: ReadonlyMap<string, ClientPlan>
  readonly groups: ReadonlyMap<string, GroupGrants>
  readonly datasources: ReadonlyMap<string, DatasourcePlan>
  readonly keys: ReadonlyMap<string, KeyPlan>
  readonly tokenKeys: TokenKeys
  /** Secrets are hashed with one of these. */
  readonly peppers: readonly string[]
}
