// Clocks and calendars of any time zone, for scripts: the engine has no Intl. An expression: a function of the zone of local time and of
// `offsetAt(zone, ms)`, the milliseconds that clocks of a zone are ahead of UTC (NaN: no such zone), which gives `time`. What is the same for all
// jobs is made before them.
;(() => {
  'use strict'
  const DAY_MS = 86_400_000
  const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
  const MONTHS = [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ]
  const HAS_ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i
  const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?$/
  // Words in quotes, of which two are one, or one letter again and again.
  const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*/g

  const shown = (value) => (typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value))

  const padded = (number, length = 2) => String(Math.abs(Math.trunc(number))).padStart(length, '0')
  const yearText = (year) => (year < 0 || year > 9999 ? `${year < 0 ? '-' : '+'}${padded(year, 6)}` : padded(year, 4))
  const offsetText = (minutes) => `${minutes < 0 ? '-' : '+'}${padded(minutes / 60)}:${padded(minutes % 60)}`
  const twelve = (hour) => (hour % 12 === 0 ? 12 : hour % 12)
  const WRITERS = {
    yyyy: ({ year }) => yearText(year),
    MMMM: ({ month }) => MONTHS[month - 1],
    MMM: ({ month }) => MONTHS[month - 1].slice(0, 3),
    MM: ({ month }) => padded(month),
    M: ({ month }) => month,
    dd: ({ day }) => padded(day),
    d: ({ day }) => day,
    EEEE: ({ weekday }) => DAYS[weekday - 1],
    EEE: ({ weekday }) => DAYS[weekday - 1].slice(0, 3),
    HH: ({ hour }) => padded(hour),
    H: ({ hour }) => hour,
    hh: ({ hour }) => padded(twelve(hour)),
    h: ({ hour }) => twelve(hour),
    mm: ({ minute }) => padded(minute),
    ss: ({ second }) => padded(second),
    SSS: ({ millisecond }) => padded(millisecond, 3),
    a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
    XXX: ({ offsetMinutes }) => offsetText(offsetMinutes),
  }
  return (zone, offsetAt) => {
    /** The offset at an instant that there is. */
    const offsetOf = (name, ms) => {
      const offset = typeof name === 'string' ? offsetAt(name, ms) : NaN
      if (!Number.isNaN(offset)) return offset
      throw new RangeError(`time: ${shown(name)} is not a time zone: write an IANA name, such as Europe/Berlin or UTC`)
    }

    /** Milliseconds since 1970 of a Date, of such a number, or of a text with its offset. */
    const instantMs = (at) => {
      if (typeof at === 'string' && !HAS_ZONE.test(at))
        throw new RangeError(`time: ${shown(at)} does not say its offset: use time.instant(text, zone)`)
      const ms = typeof at === 'number' ? at : typeof at === 'string' ? Date.parse(at) : Number(at?.getTime?.())
      if (!(Math.abs(ms) <= 8.64e15)) throw new RangeError(`time: ${shown(at)} is no instant`)
      return ms
    }

    /** The first instant at which clocks show this; where they skip it, they are taken to go on as before. */
    const shownFirst = (localMs, name) => {
      const before = offsetAt(name, localMs - DAY_MS)
      const after = offsetAt(name, localMs + DAY_MS)
      for (const offset of before > after ? [before, after] : [after, before]) {
        if (offsetAt(name, localMs - offset) === offset) return localMs - offset
      }
      return localMs - before
    }
    const dateAt = (ms) => {
      if (Number.isNaN(ms)) throw new RangeError('time: it is out of reach')
      return new Date(ms)
    }

    const parts = (at = Date.now(), name = zone) => {
      const ms = instantMs(at)
      const offset = offsetOf(name, ms)
      // Its UTC parts are what clocks of the zone show.
      const clock = new Date(ms + offset)
      return {
        year: clock.getUTCFullYear(),
        month: clock.getUTCMonth() + 1,
        day: clock.getUTCDate(),
        hour: clock.getUTCHours(),
        minute: clock.getUTCMinutes(),
        second: clock.getUTCSeconds(),
        millisecond: clock.getUTCMilliseconds(),
        weekday: clock.getUTCDay() === 0 ? 7 : clock.getUTCDay(),
        offsetMinutes: offset / 60_000,
      }
    }

    const format = (at = Date.now(), name = zone, pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX") => {
      const shows = parts(at, name)
      if (typeof pattern !== 'string') throw new TypeError('time: the pattern must be a text')
      return pattern.replace(TOKEN, (token, quoted) => {
        if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll("''", "'")
        if (!Object.hasOwn(WRITERS, token))
          throw new RangeError(`time: ${token} means nothing in a pattern: put words into '…'`)
        return WRITERS[token](shows)
      })
    }

    const instant = (text, name = zone) => {
      const found = LOCAL.exec(text)
      if (found === null)
        throw new RangeError(`time: ${shown(text)} is no local time: write 2026-03-29 or 2026-03-29T14:30:00`)
      const [year, month, day, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => part && Number(part))
      const millisecond = Number((found[7] ?? '0').slice(0, 3).padEnd(3, '0'))
      const clock = new Date(0)
      clock.setUTCFullYear(year, month - 1, day)
      clock.setUTCHours(hour, minute, second, millisecond)
      if (clock.getUTCMonth() !== month - 1 || clock.getUTCDate() !== day || minute > 59 || second > 59)
        throw new RangeError(`time: ${shown(text)} is not in the calendar`)
      // Says what is wrong with the zone.
      offsetOf(name, 0)
      return dateAt(shownFirst(clock.getTime(), name))
    }

    const startOfDay = (at = Date.now(), name = zone, days = 0) => {
      if (!Number.isInteger(days)) throw new RangeError('time: days must be a whole number')
      const { year, month, day } = parts(at, name)
      const clock = new Date(0)
      clock.setUTCFullYear(year, month - 1, day + days)
      return dateAt(shownFirst(clock.getTime(), name))
    }

    return Object.freeze({ zone, parts, format, instant, startOfDay })
  }
})()
