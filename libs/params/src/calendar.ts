const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
/** Date, then time, fraction and zone as far as they are given. */
const DATETIME = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/
/** A `+` that was not escaped in a query arrives as a blank. */
const ZONE_AFTER_BLANK = /(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) (\d{2}(?::?\d{2})?)$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** PostgreSQL knows no zone further away. */
const ZONE_HOURS_MAX = 15

/** True for a day of the calendar as `2024-02-29`, from the year 1 on. */
export function isDate(text: string): boolean {
  const found = DATE.exec(text)
  if (found === null) return false
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  return year >= 1 && day >= 1 && day <= daysOf(year, month)
}

/**
 * A point in time as RFC 3339 writes it, with what databases take beside: a blank for the T, no seconds, no zone, no time at all. The text
 * as it was, but with the `+` of its zone put back where a query lost it; undefined when it is none.
 */
export function datetimeOf(text: string): string | undefined {
  const whole = text.replace(ZONE_AFTER_BLANK, '$1+$2')
  const found = DATETIME.exec(whole)
  if (found === null || !isDate(found[1] ?? '')) return undefined
  const [hour, minute, second] = [Number(found[2] ?? 0), Number(found[3] ?? 0), Number(found[4] ?? 0)]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return zoneIsReal(found[5] ?? 'Z') ? whole : undefined
}

function zoneIsReal(zone: string): boolean {
  if (zone === 'Z' || zone === 'z') return true
  const digits = zone.slice(1).replace(':', '')
  return Number(digits.slice(0, 2)) <= ZONE_HOURS_MAX && Number(digits.slice(2)) <= 59
}

/** 0 for a month that is none. */
function daysOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0)
}
