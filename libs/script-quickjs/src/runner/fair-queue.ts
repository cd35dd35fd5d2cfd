/** Whose turn a waiting thing counts for. */
export interface Turn {
  readonly apiId: string
  readonly caller: string
}

/** Waiting things, served in turn by API and, within it, by caller: who sends a thousand waits behind who sends one. */
export class FairQueue<T extends Turn> {
  // Order of a Map is order of turns: who was served goes to the end.
  readonly #apis = new Map<string, Map<string, T[]>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** How many of this API wait. */
  sizeOf(apiId: string): number {
    let size = 0
    for (const items of this.#apis.get(apiId)?.values() ?? []) size += items.length
    return size
  }

  add(item: T): void {
    const callers = this.#apis.get(item.apiId) ?? new Map<string, T[]>()
    this.#apis.set(item.apiId, callers)
    const items = callers.get(item.caller) ?? []
    callers.set(item.caller, items)
    items.push(item)
    this.#size += 1
  }

  /** The next whose API may have a turn now, judged by the first of it. */
  take(mayRun: (first: T) => boolean): T | undefined {
    for (const [apiId, callers] of this.#apis) {
      const [[first] = []] = callers.values()
      if (first === undefined || !mayRun(first)) continue
      for (const [caller, items] of callers) {
        const item = items.shift()
        if (item === undefined) continue
        this.#size -= 1
        this.#turned(apiId, callers, caller, items)
        return item
      }
    }
    return undefined
  }

  /** How many APIs could have a turn now, each judged by the first of it. */
  turns(mayRun: (first: T) => boolean): number {
    let turns = 0
    for (const callers of this.#apis.values()) {
      const [[first] = []] = callers.values()
      if (first !== undefined && mayRun(first)) turns += 1
    }
    return turns
  }

  /** Takes one out that no longer waits; false when it was not there. */
  remove(item: T): boolean {
    const callers = this.#apis.get(item.apiId)
    const items = callers?.get(item.caller)
    const at = items?.indexOf(item) ?? -1
    if (callers === undefined || items === undefined || at === -1) return false
    items.splice(at, 1)
    this.#size -= 1
    if (items.length === 0) callers.delete(item.caller)
    if (callers.size === 0) this.#apis.delete(item.apiId)
    return true
  }

  /** All that wait, taken out. */
  drain(): T[] {
    const all = [...this.#apis.values()].flatMap((callers) => [...callers.values()].flat())
    this.#apis.clear()
    this.#size = 0
    return all
  }

  #turned(apiId: string, callers: Map<string, T[]>, caller: string, items: T[]): void {
    callers.delete(caller)
    if (items.length > 0) callers.set(caller, items)
    this.#apis.delete(apiId)
    if (callers.size > 0) this.#apis.set(apiId, callers)
  }
}
