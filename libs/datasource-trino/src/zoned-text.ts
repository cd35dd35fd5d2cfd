const ZONED = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(\.\d+)? (\S+)$/
const OFFSET = /^[+-]\d{2}:\d{2}$/
const DAY_MS = 86_400_000
/** Made once for each zone: there are some hundred of them. */
const formats = new Map<string, Intl.DateTimeFormat | undefined>()

/**
 * `2026-01-02 03:04:05.1 UTC` → `2026-01-02T03:04:05.1Z`, and a zone's name becomes the offset that it has then. Trino does not say which of
 * the two an hour is that a clock shows twice; it is taken for the earlier. What is not understood stays as it is.
 */
export function zonedText(text: string): string {
  const match = ZONED.exec(text)
  if (match === null) return text
  const [, year, month, day, hour, minute, second, fraction = '', zone = ''] = match
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`
  if (zone === 'UTC' || zone === 'Z') return `${local}Z`
  if (OFFSET.test(zone)) return local + zone
  const offset = offsetOf(zone, Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)))
  return offset === undefined ? text : local + offset
}

function offsetOf(zone: string, localMs: number): string | undefined {
  const format = formatOf(zone)
  if (format === undefined) return undefined
  // A change of the clocks lies between the two or nowhere near; of an hour that comes twice the first is taken.
  const candidates = [offsetAt(format, localMs - DAY_MS), offsetAt(format, localMs + DAY_MS)]
  return candidates.find((offset) => offsetAt(format, localMs - minutesOf(offset) * 60_000) === offset) ?? candidates[0]
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone)
  let format: Intl.DateTimeFormat | undefined
  try {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  } catch {
    // Not a zone that this machine knows; such names are not kept, since there is no end to them.
  }
  return format
}

/** `+02:00`, from what is written as `GMT+02:00` and as `GMT` for zero. */
function offsetAt(format: Intl.DateTimeFormat, ms: number): string {
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  return name === 'GMT' ? '+00:00' : name.slice(3, 9)
}

function minutesOf(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number)
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
