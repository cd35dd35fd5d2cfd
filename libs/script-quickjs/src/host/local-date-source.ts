/**
 * The engine finds local time in the zone of the process, but takes a local time for an instant to look its offset up: hours around each change of
 * the clocks come out wrong. Runs in the guest once, before anybody else's code, where the zone is not UTC: what makes an instant of a local time
 * (the constructor, `Date.parse`, the setters) does it as ECMAScript says. A time that the clocks skip goes on with the offset before; of a time
 * that they show twice the first is meant.
 */
export const LOCAL_DATE_SOURCE = `(function () {
  'use strict'
  const Native = Date
  const { UTC, parse, now, prototype } = Native
  const { apply, construct } = Reflect
  const { defineProperty } = Object
  const { test } = RegExp.prototype
  const { replace } = String.prototype
  const { getTime, setTime, getTimezoneOffset } = prototype
  const DAY_MS = 86400000
  const LOCAL = /^(?:\\d{4}|[+-]\\d{6})-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?$/

  const offsetAt = (ms) => apply(getTimezoneOffset, new Native(ms), []) * -60000
  const instantOf = (local) => {
    const before = offsetAt(local - DAY_MS)
    const after = offsetAt(local + DAY_MS)
    const [more, less] = before > after ? [before, after] : [after, before]
    if (offsetAt(local - more) === more) return local - more
    return offsetAt(local - less) === less ? local - less : local - before
  }
  const parsed = (text) =>
    apply(test, LOCAL, [text]) ? instantOf(parse(apply(replace, text, [' ', 'T']) + 'Z')) : parse(text)
  const instantIn = (given) => {
    if (given.length > 1) return [instantOf(apply(UTC, Native, given))]
    return typeof given[0] === 'string' ? [parsed(given[0])] : given
  }

  function LocalDate(...given) {
    return new.target === undefined ? new Native().toString() : construct(Native, instantIn(given), new.target)
  }
  const hidden = (on, name, value) => defineProperty(on, name, { value, writable: true, configurable: true, enumerable: false })
  defineProperty(LocalDate, 'name', { value: 'Date' })
  defineProperty(LocalDate, 'length', { value: 7 })
  defineProperty(LocalDate, 'prototype', { value: prototype, writable: false })
  hidden(LocalDate, 'UTC', UTC)
  hidden(LocalDate, 'now', now)
  hidden(LocalDate, 'parse', { parse(text) { return parsed('' + text) } }.parse)
  hidden(prototype, 'constructor', LocalDate)
  for (const part of ['Milliseconds', 'Seconds', 'Minutes', 'Hours', 'Date', 'Month', 'FullYear']) {
    const name = 'set' + part
    const setUTC = prototype['setUTC' + part]
    const { length } = prototype[name]
    const set = { [name](...given) {
      const ms = apply(getTime, this, [])
      const local = new Native(ms + offsetAt(ms))
      apply(setUTC, local, given)
      return apply(setTime, this, [instantOf(apply(getTime, local, []))])
    } }[name]
    defineProperty(set, 'length', { value: length })
    hidden(prototype, name, set)
  }
  hidden(globalThis, 'Date', LocalDate)
})()`
