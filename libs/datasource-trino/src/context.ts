import type { ConnectionSettings } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import type { Client, RequestContext } from './client.js'
import { checkCatalog } from './trino-session.js'

/** What the calls of one open driver share. */
export class Context {
  #verified = false
  #running = 0
  #closing: { readonly done: Promise<void>; readonly resolve: () => void } | undefined

  constructor(
    readonly client: Client,
    readonly settings: ConnectionSettings,
  ) {}

  /** One more call runs, until `leave`. Throws DATASOURCE_REFUSED when the driver is closed. */
  enter(): void {
    if (this.#closing !== undefined) throw new AppError('DATASOURCE_REFUSED', 'the driver is closed')
    this.#running += 1
  }

  leave(): void {
    this.#running -= 1
    if (this.#running === 0) this.#closing?.resolve()
  }

  /** Asks for catalog and schema until they were found once: a server takes any name and fails each statement then. */
  async verify(request: RequestContext): Promise<void> {
    if (this.#verified) return
    await checkCatalog(this.client, this.settings, request)
    this.#verified = true
  }

  /** Resolves when the calls in flight have ended and what they left to be done is done. */
  async close(): Promise<void> {
    if (this.#closing === undefined) {
      let resolve: () => void = () => undefined
      const done = new Promise<void>((settle) => (resolve = settle))
      this.#closing = { done, resolve }
      if (this.#running === 0) resolve()
    }
    await this.#closing.done
    await this.client.close()
  }
}
