/** A connection that a script names, and whose script it is. */
export interface NamedConnection {
  readonly name: string
  readonly moduleId: string
  readonly moduleName: string
}

/** A request of a script, checked for its form alone. */
export interface ScriptHttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `via` a path. */
  readonly url: string
  /** Left out: the URL is asked as it is. */
  readonly via?: NamedConnection
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly timeoutMs: number
}

export interface ScriptHttpResponse {
  readonly status: number
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Sends requests of scripts to hosts that the operator allows, and by connections that he made. Rejects with an HttpRefused in words for the author. */
export interface ScriptHttp {
  request(request: ScriptHttpRequest, caller: string, signal: AbortSignal): Promise<ScriptHttpResponse>
}

/** A request of a script was not sent, or not answered; the message is for its author. */
export class HttpRefused extends Error {}

/** What scripts of one module share, as JSON text. Never rejects: while it is away, nothing is there and nothing is kept. */
export interface ScriptCache {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string, ttlMs: number): Promise<void>
  delete(key: string): Promise<void>
  exists(key: string): Promise<boolean>
  /** The whole number after adding; what holds something else counts as 0. A new one lives for `ttlMs`. */
  add(key: string, by: number, ttlMs: number): Promise<number>
}
