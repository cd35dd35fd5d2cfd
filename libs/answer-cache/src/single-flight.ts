/** How a flight ended, for those who waited for it. */
export type Landing<T> =
  | { readonly kind: 'made'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'refused' }

interface Flight<T> {
  readonly landed: Promise<Landing<T>>
  land(landing: Landing<T>): void
}

/** Lets one of all who want the same thing fetch it, within a process. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>()
  waits = 0

  /** How the flight of the key ends; undefined: there is none, and the caller may take off. */
  underway(key: string): Promise<Landing<T>> | undefined {
    return this.#flights.get(key)?.landed
  }

  /** Takes off; nobody must be on the way with this key. What comes back lands it, once. */
  takeOff(key: string): (landing: Landing<T>) => void {
    let land: (landing: Landing<T>) => void = () => undefined
    const landed = new Promise<Landing<T>>((resolve) => (land = resolve))
    const flight = { landed, land }
    this.#flights.set(key, flight)
    return (landing) => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
      land(landing)
    }
  }
}

/** What the promise settles with, unless the signal aborts first: then its reason. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const aborted = () => reject(reasonOf(signal))
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
