// What ICU holds for one zone is 50 KB that the collector does not see; so many are kept, and it is asked to run after as many were dropped.
const ZONES_KEPT = 64
const NAME = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/
const OFFSET = /^GMT(?:(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)(?::(?<seconds>\d\d))?)?$/
// What a Date can hold.
const MS_MAX = 8.64e15

/** How far clocks in the zones of the world are from UTC, from the tables of the process. Of one thread, for all its jobs: it answers the same to all. */
export class ZoneOffsets {
  // Least recently used first.
  readonly #formats = new Map<string, Intl.DateTimeFormat>()
  #dropped = 0

  constructor(private readonly collect: () => void) {}

  /** Milliseconds to add to UTC at an instant; NaN for a name that is no zone's and for an instant that is none. Never throws. */
  at(zone: string, ms: number): number {
    if (!(Math.abs(ms) <= MS_MAX)) return NaN
    const format = this.#formatOf(zone)
    if (format === undefined) return NaN
    const shown = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const { sign, hours, minutes, seconds } = OFFSET.exec(shown)?.groups ?? {}
    const east = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000
    return sign === '-' ? -east : east
  }

  #formatOf(zone: string): Intl.DateTimeFormat | undefined {
    const format = this.#formats.get(zone) ?? newFormat(zone)
    if (format === undefined) return undefined
    this.#formats.delete(zone)
    this.#formats.set(zone, format)
    const [oldest = zone] = this.#formats.keys()
    if (this.#formats.size > ZONES_KEPT && this.#formats.delete(oldest)) this.#dropped += 1
    if (this.#dropped >= ZONES_KEPT) {
      this.#dropped = 0
      this.collect()
    }
    return format
  }
}

function newFormat(zone: string): Intl.DateTimeFormat | undefined {
  if (!NAME.test(zone)) return undefined
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}
