import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Time {
  readonly zone: string
  parts(at?: unknown, zone?: string): Readonly<Record<string, number>>
  format(at?: unknown, zone?: string, pattern?: unknown): string
  instant(local: unknown, zone?: string): Date
  startOfDay(at?: unknown, zone?: string, days?: number): Date
}
type TimeOf = (zone: string, offsetAt: (zone: string, ms: number) => number) => Time

const formats = new Map<string, Intl.DateTimeFormat>()

/** The same question asked of the platform in another way: what it shows at an instant, less the instant. */
function offsetAt(timeZone: string, ms: number): number {
  if (Number.isNaN(ms)) return NaN
  try {
    const format =
      formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    formats.set(timeZone, format)
    return Date.parse(`${format.format(ms).replace(' ', 'T')}Z`) - Math.floor(ms / 1000) * 1000
  } catch {
    return NaN
  }
}
const timeOf = runInNewContext(readFileSync(new URL('../guest/time.js', import.meta.url), 'utf8')) as TimeOf
const time = timeOf('Europe/Berlin', offsetAt)

const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
)
const instants = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2035, 0, 1) })

describe('time', () => {
  it('shows what clocks of a zone show', () => {
    expect(time.parts('2026-03-29T01:00:00Z')).toEqual({
      ...{ year: 2026, month: 3, day: 29, hour: 3, minute: 0, second: 0, millisecond: 0 },
      ...{ weekday: 7, offsetMinutes: 120 },
    })
    expect(time.format(0, 'America/New_York')).toBe('1969-12-31T19:00:00.000-05:00')
    expect(time.format(new Date(0), 'Asia/Kolkata', "EEE d MMM yyyy, h:mm a 'o''clock' XXX")).toBe(
      "Thu 1 Jan 1970, 5:30 AM o'clock +05:30",
    )
    expect(time.zone).toBe('Europe/Berlin')
  })

  it('writes texts that mean the same instant, in any zone', () => {
    fc.assert(
      fc.property(instants, zones, (ms, zone) => {
        expect(Date.parse(time.format(ms, zone))).toBe(ms)
      }),
    )
  })

  it('finds an instant that shows the local time it was asked for, the first of two', () => {
    fc.assert(
      fc.property(instants, zones, (ms, zone) => {
        const local = time.format(ms, zone, "yyyy-MM-dd'T'HH:mm:ss.SSS")
        const found = time.instant(local, zone).getTime()
        expect(time.format(found, zone, "yyyy-MM-dd'T'HH:mm:ss.SSS")).toBe(local)
        expect(found).toBeLessThanOrEqual(ms)
      }),
    )
  })

  it.each([
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-07-01', 'America/New_York', '2026-07-01T04:00:00.000Z'],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['1600-02-29T23:59:59.9', 'UTC', '1600-02-29T23:59:59.900Z'],
  ])('takes %s in %s for %s, skipped and doubled times too', (local, zone, instant) => {
    expect(time.instant(local, zone).toISOString()).toBe(instant)
  })

  it('knows when a day begins, and how long it is', () => {
    const hours = (at: string, zone: string) =>
      (time.startOfDay(at, zone, 1).getTime() - time.startOfDay(at, zone).getTime()) / 3_600_000
    expect(time.startOfDay('2026-03-29T22:30:00Z', 'Europe/Berlin').toISOString()).toBe('2026-03-29T22:00:00.000Z')
    expect([hours('2026-03-29T12:00:00Z', 'Europe/Berlin'), hours('2026-10-25T12:00:00Z', 'Europe/Berlin')]).toEqual([
      23, 25,
    ])
    // Midnight is skipped: the day begins at one.
    expect(
      time.format(time.startOfDay('2018-11-04T12:00:00Z', 'America/Sao_Paulo'), 'America/Sao_Paulo', 'HH:mm'),
    ).toBe('01:00')
    expect(time.startOfDay('2026-01-31T12:00:00Z', 'UTC', 1).toISOString()).toBe('2026-02-01T00:00:00.000Z')
  })

  it.each([
    [() => time.parts(0, 'Mars/Phobos'), /"Mars\/Phobos" is not a time zone: write an IANA name/],
    [() => time.parts('2026-03-29T14:30:00'), /does not say its offset: use time\.instant/],
    [() => time.parts({}), /is no instant/],
    [() => time.parts(NaN), /is no instant/],
    [() => time.instant('2026-02-30'), /is not in the calendar/],
    [() => time.instant('2026-02-03T25:00'), /is not in the calendar/],
    [() => time.instant('29.3.2026'), /is no local time: write/],
    [() => time.instant(undefined), /is no local time/],
    [() => time.format(0, 'UTC', 'yyyy at HH'), /t means nothing in a pattern/],
    [() => time.format(0, 'UTC', 7), /the pattern must be a text/],
    [() => time.startOfDay(0, 'UTC', 0.5), /days must be a whole number/],
    [() => time.startOfDay(0, 'UTC', 1e9), /is no instant|out of reach/],
  ])('says what is wrong: %s', (wrong, message) => {
    expect(wrong).toThrow(message)
  })
})
