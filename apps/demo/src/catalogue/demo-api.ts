import type { HttpMethod, paramDefinition } from '@penstock/contracts'
import type { z } from 'zod'

/** One API of the demo as admin takes it, and a call of it that works on the demo's data. */
export interface DemoApi {
  readonly name: string
  readonly description: string
  readonly http_method: HttpMethod
  /** Without `/api/` and without slashes at its ends. */
  readonly path: string
  readonly access_type: 'public' | 'private'
  /** Left out: SQL. */
  readonly execute_engine?: 'SQL' | 'SCRIPT'
  readonly content: string
  readonly result_transform?: string | null
  readonly params: readonly z.input<typeof paramDefinition>[]
  readonly rate_limit_per_minute?: number
  readonly example: {
    /** Path with its parameters filled in, and query. */
    readonly url: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: Readonly<Record<string, unknown>>
  }
}
