/**
 * Everything that a Penstock script sees beside the language itself (ES2023; no timers, no DOM, no Node).
 * For editors: put this file beside your scripts, or write `/// <reference path="penstock-script.d.ts" />` at their top.
 *
 * An API is one of
 *   export default async function (req: Penstock.Request, ctx: Penstock.Context) { … }
 *   function execute(params: Penstock.Params) { … }
 *   result = …                                       // a value left in the global `result`
 * A parameter's validator is `function validate(value, params)`: false, or a message, refuses the value with 400.
 * A transform is `function transform(result, params)`, or a value left in `result`.
 * What is returned is JSON: an object with `data` (and `success`, `message`) is the answer, other keys of it stay beside them; an array is
 * the data, anything else its one item.
 */
declare namespace Penstock {
  /** The declared parameters of the API, converted and with their defaults. */
  type Params = Record<string, unknown>

  interface Request<P = Params> {
    readonly params: P
    /** In upper case. */
    readonly method: string
    /** Without `/api/`: `transfers/7`. */
    readonly path: string
    /** By names in lower case; those of the API's `script_headers` alone. */
    readonly headers: Readonly<Record<string, string | undefined>>
    /** Null: the API is public. */
    readonly client: { readonly id: string; readonly name: string } | null
  }

  /** A row by the names of its columns. Integers beyond 2^53 and decimals of more than 15 digits are strings. */
  type Row = Record<string, unknown>

  /** A list for the text's own placeholders (PostgreSQL: $1, $2, …; MySQL: ?), or an object for :names. Values are bound, never put into the text. */
  type Binds = readonly unknown[] | Readonly<Record<string, unknown>>

  /** Statements of one data source. With GET they only read. */
  interface Statements {
    /** All rows of one statement. */
    query<R = Row>(sql: string, binds?: Binds): Promise<R[]>
    /** The first row; null when there is none. */
    queryOne<R = Row>(sql: string, binds?: Binds): Promise<R | null>
    /** How many rows the statement changed. */
    execute(sql: string, binds?: Binds): Promise<number>
  }

  interface Source extends Statements {
    /**
     * Runs `work` in one transaction: committed when it returns, rolled back when it throws. While it is open, all statements of this data
     * source go through its connection.
     */
    tx<T>(work: (t: Statements) => Promise<T> | T): Promise<T>
  }

  /** The data source of the API, and the door to those of its `extra_datasource_ids`. */
  interface Db extends Source {
    /** A data source that the API was granted, by its name. */
    source(name: string): Source
  }

  interface HttpOptions {
    readonly headers?: Readonly<Record<string, string>>
    readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>
    /** Sent as JSON. */
    readonly json?: unknown
    /** Sent as text. */
    readonly body?: string
    readonly timeoutMs?: number
  }

  interface HttpResponse {
    readonly status: number
    /** True for 200 to 299. */
    readonly ok: boolean
    /** By names in lower case. */
    readonly headers: Readonly<Record<string, string>>
    readonly text: string
    /** The body when it is JSON, else null. */
    readonly json: unknown
  }

  /** Calls to a service. A status that is not 2xx is no failure; no answer in time is one. Redirects are not followed. */
  interface HttpCalls {
    get(url: string, options?: HttpOptions): Promise<HttpResponse>
    post(url: string, options?: HttpOptions): Promise<HttpResponse>
    put(url: string, options?: HttpOptions): Promise<HttpResponse>
    patch(url: string, options?: HttpOptions): Promise<HttpResponse>
    delete(url: string, options?: HttpOptions): Promise<HttpResponse>
  }

  /** Calls to the hosts of SCRIPT_HTTP_ALLOWED_HOSTS, by their whole URL. */
  interface Http extends HttpCalls {
    /**
     * Calls by a connection of SCRIPT_HTTP_CONNECTIONS that the API's module was granted: `http.connection('crm').get('/customers/7')`. Paths begin
     * with / and lie behind the connection's URL; its headers, credentials too, are sent with each, and stay unknown to the script.
     */
    connection(name: string): HttpCalls
  }

  /** Shared by the scripts of one module. Never fails a call: while the cache is away, `get` is null and `set` does nothing. */
  interface Cache {
    get<T = unknown>(key: string): Promise<T | null>
    set(key: string, value: unknown, ttlSeconds?: number): Promise<void>
    delete(key: string): Promise<void>
    exists(key: string): Promise<boolean>
    /** The number after adding. */
    incr(key: string, by?: number): Promise<number>
    decr(key: string, by?: number): Promise<number>
  }

  /** Lines in the log of the request, with its id. */
  interface Log {
    debug(...values: unknown[]): void
    info(...values: unknown[]): void
    warn(...values: unknown[]): void
    error(...values: unknown[]): void
  }

  interface Crypto {
    randomUUID(): string
    /** The hash of a text's UTF-8, in lower-case hex. */
    hash(algorithm: 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5', text: string): string
    hmac(algorithm: 'sha256' | 'sha384' | 'sha512', key: string, text: string): string
  }

  /** A Date, milliseconds since 1970, or a text with its offset: `2026-03-29T14:30:00Z`, `…+02:00`. */
  type Instant = Date | number | string

  /** What a clock and a calendar on the wall show. */
  interface TimeParts {
    readonly year: number
    /** 1 to 12. */
    readonly month: number
    readonly day: number
    readonly hour: number
    readonly minute: number
    readonly second: number
    readonly millisecond: number
    /** 1 is Monday, 7 Sunday. */
    readonly weekday: number
    /** How far the clock is ahead of UTC. */
    readonly offsetMinutes: number
  }

  /**
   * Local times of any zone, by its IANA name (`Europe/Berlin`); without a name, of `zone`. There is no Intl. An unknown zone and a text that is no
   * time throw a RangeError.
   */
  interface Time {
    /** The zone in which local methods of Date work: SCRIPT_TIME_ZONE of the operator, UTC where he says nothing. */
    readonly zone: string
    /** What clocks of the zone show at an instant; now when left out. */
    parts(at?: Instant, zone?: string): TimeParts
    /**
     * The same as a text, `2026-03-29T14:30:00.000+02:00` without a pattern. A pattern is made of yyyy MMMM MMM MM M dd d EEEE EEE HH H hh h mm ss SSS
     * a XXX (the offset); other words stand in '…'. Names are English.
     */
    format(at?: Instant, zone?: string, pattern?: string): string
    /**
     * The instant at which clocks of the zone show `2026-03-29` or `2026-03-29T14:30:00`: the first, where they show it twice; where they skip it, they
     * are taken to go on as before.
     */
    instant(local: string, zone?: string): Date
    /** When the day of an instant begins in the zone, or the day so many days later: `[startOfDay(at, z), startOfDay(at, z, 1))` is the whole day. */
    startOfDay(at?: Instant, zone?: string, days?: number): Date
  }

  /** The second argument of a default function; its members are globals, too. */
  interface Context {
    readonly db: Db
    readonly http: Http
    readonly cache: Cache
    readonly env: {
      /** A variable that the operator lists for scripts; undefined when it is not listed or not set. */
      get(name: string): string | undefined
    }
    readonly log: Log
    /** The data source of the API; null when it has none. */
    readonly ds: { readonly name: string; readonly type: 'postgres' | 'mysql' | 'trino' | 'duckdb' } | null
    readonly crypto: Crypto
    readonly time: Time
    /** Calls `work` for each item, at most `concurrency` (5) at once; the results in the order of the items. */
    fetchAll<I, R>(
      items: readonly I[],
      work: (item: I, index: number) => Promise<R> | R,
      concurrency?: number,
    ): Promise<R[]>
  }
}

/** An expected failure: the caller gets this status (400 to 599), message and code. */
declare class ApiError extends Error {
  constructor(status: number, message: string, code?: string)
  readonly status: number
  readonly code: string
}

declare const db: Penstock.Context['db']
declare const http: Penstock.Context['http']
declare const cache: Penstock.Context['cache']
declare const env: Penstock.Context['env']
declare const log: Penstock.Context['log']
declare const ds: Penstock.Context['ds']
declare const crypto: Penstock.Context['crypto']
declare const time: Penstock.Context['time']
declare const fetchAll: Penstock.Context['fetchAll']
/** Of an API's own script. */
declare const req: Penstock.Request
declare const params: Penstock.Params
/** In a transform the result so far, and what is left in it becomes the result; in an API's own script what is left in it is the answer. */
declare var result: any
