import { describe, expect, it } from 'vitest'
import { ZoneOffsets } from './zone-offsets.js'

const HOUR = 3_600_000
const never = () => undefined

describe('offsets of time zones', () => {
  it.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', HOUR],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 2 * HOUR],
    ['America/New_York', '2026-01-01T00:00:00Z', -5 * HOUR],
    ['Asia/Kolkata', '2026-01-01T00:00:00Z', 5.5 * HOUR],
    ['Australia/Lord_Howe', '2026-07-01T00:00:00Z', 10.5 * HOUR],
    ['Etc/GMT+12', '2026-01-01T00:00:00Z', -12 * HOUR],
  ])('are those of the world: %s at %s', (zone, at, offset) => {
    expect(new ZoneOffsets(never).at(zone, Date.parse(at))).toBe(offset)
  })

  it.each(['Mars/Phobos', '', 'Europe/Berlin\n', '../etc/passwd', '+02:00', 'x'.repeat(100)])(
    'are NaN for %j, which is no zone',
    (zone) => {
      expect(new ZoneOffsets(never).at(zone, 0)).toBeNaN()
    },
  )

  it('are NaN for what is no instant', () => {
    for (const ms of [NaN, Infinity, 9e15]) expect(new ZoneOffsets(never).at('UTC', ms)).toBeNaN()
  })

  it('keeps the tables of few zones, however many are asked for, and has those collected that it drops', () => {
    let collected = 0
    const offsets = new ZoneOffsets(() => (collected += 1))
    const zones = Intl.supportedValuesOf('timeZone')
    for (const zone of zones) expect(offsets.at(zone, 0)).not.toBeNaN()
    expect(collected).toBe(Math.floor((zones.length - 64) / 64))
  })
})
