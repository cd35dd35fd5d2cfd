/** Files of the engine itself; their frames never show in a fault. */
export const ENGINE_FILE = 'penstock:engine'
export const PRELUDE_FILE = 'penstock:prelude'
/** How the engine's own code names programs that were compiled ahead; no import of an author resolves to it. */
export const PROGRAM = 'penstock:program/'

/** Name under which a program's own names are handed out; an author cannot meet it by accident. */
const ENTRY = 'penstock$entry'

/**
 * Added after the author's text, so that no line or column of it moves. Reads names late, because the text may assign them late.
 * Every program is an ES module: strict, with its own names, with `await` at its top level.
 */
export const ENTRY_SOURCE = `
;export const ${ENTRY} = {
  get execute() { return typeof execute === 'function' ? execute : undefined },
  get validate() { return typeof validate === 'function' ? validate : undefined },
  get transform() { return typeof transform === 'function' ? transform : undefined },
  get result() { return typeof result === 'undefined' ? undefined : result },
}`

/**
 * Runs in the guest before anybody else's code, and keeps its own hold of what it needs, so that a program that bends the built-ins bends
 * them for itself alone. Only texts go in and out. Completion value:
 * `(send, print, zoneOffset, zone, hardened, PROGRAM) => controls`.
 */
export const ENGINE_SOURCE = `(function (send, print, zoneOffset, zone, hardened, PROGRAM) {
  'use strict'
  const { stringify, parse } = JSON
  const { apply, ownKeys } = Reflect
  const { defineProperty, getPrototypeOf } = Object
  const { get: mapGet, set: mapSet, delete: mapDelete } = Map.prototype
  const { slice } = String.prototype
  const { test } = RegExp.prototype
  const { isInteger } = Number
  const global = globalThis
  const text = (value) => '' + value
  const cut = (value, max) => apply(slice, text(value), [0, max])
  const put = (name, value) => defineProperty(global, name, { value, writable: true, configurable: true, enumerable: false })

  let readApiError
  class ApiError extends Error {
    #status; #code
    constructor(status, message, code = 'API_ERROR') {
      super(message)
      if (!isInteger(status) || status < 400 || status > 599) throw new RangeError('ApiError: status must be a whole number from 400 to 599')
      if (typeof code !== 'string' || !apply(test, /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, [code]))
        throw new RangeError('ApiError: code must be a word of letters, digits, _ . or -, of at most 64')
      this.#status = status
      this.#code = code
    }
    get name() { return 'ApiError' }
    get status() { return this.#status }
    get code() { return this.#code }
    static #read(error) { return #status in error ? [error.#status, error.#code] : undefined }
    static { readApiError = (error) => (typeof error === 'object' && error !== null ? ApiError.#read(error) : undefined) }
  }
  put('ApiError', ApiError)
  // Some packages look for the global object under its browser name, and else ask for code from text.
  put('self', global)
  if (hardened) {
    for (const name of ['eval', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry']) delete global[name]
    const refuse = (name) => function () { throw new TypeError(name + ' is not available: scripts cannot make code from text') }
    const kinds = [['Function', function () {}], ['GeneratorFunction', function* () {}], ['AsyncFunction', async function () {}],
      ['AsyncGeneratorFunction', async function* () {}]]
    for (const [name, sample] of kinds) {
      const prototype = getPrototypeOf(sample)
      const refused = refuse(name)
      defineProperty(refused, 'prototype', { value: prototype })
      defineProperty(refused, 'name', { value: name })
      defineProperty(prototype, 'constructor', { value: refused, writable: false, configurable: false, enumerable: false })
      if (name === 'Function') put('Function', refused)
    }
  }

  const waiting = new Map()
  let calls = 0
  const call = (name, argsJson) => {
    if (typeof name !== 'string' || typeof argsJson !== 'string') throw new TypeError('a host call takes a name and JSON text')
    return new Promise((resolve, reject) => {
      calls += 1
      apply(mapSet, waiting, [calls, { resolve, reject }])
      send(calls, name, argsJson)
    })
  }
  const log = (level, line) => { print(text(level), cut(line, 65536)) }
  const offsetAt = (name, ms) => zoneOffset(cut(name, 65), +ms)

  // Every job starts from the same memory, so chance must come from outside: sfc32, seeded for each job.
  let a = 0, b = 0, c = 0, d = 0
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return t >>> 0
  }
  const seedRandom = (seed) => {
    a = seed[0]; b = seed[1]; c = seed[2]; d = 1
    for (let i = 0; i < 12; i += 1) next()
  }
  const random = { random() { return ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992 } }.random
  defineProperty(Math, 'random', { value: random, writable: true, configurable: true, enumerable: false })

  let context
  let state = ''
  let outcome
  const settled = (how) => { state = how }

  const messageOf = (error) => {
    if (typeof error !== 'object' || error === null) return typeof error === 'symbol' ? 'a symbol' : text(error)
    return typeof error.message === 'string' ? error.message : text(error)
  }
  const attempt = (read, otherwise) => { try { return read() } catch { return otherwise } }
  const describe = (error) => {
    const api = attempt(() => readApiError(error))
    const object = typeof error === 'object' && error !== null
    return stringify({
      api,
      name: cut(attempt(() => (object && typeof error.name === 'string' ? error.name : 'Error'), 'Error'), 200),
      message: cut(attempt(() => messageOf(error), 'the thrown value cannot be read'), 4000),
      stack: cut(attempt(() => (object && typeof error.stack === 'string' ? error.stack : ''), ''), 8000),
    })
  }

  const enter = async (role, own, given) => {
    const { execute, validate, transform } = own.${ENTRY}
    if (role === 'validator') {
      if (validate === undefined) throw new TypeError('the script declares no function validate(value, params)')
      return validate(given.value, given.params)
    }
    if (role === 'transform') {
      if (transform === undefined) return own.${ENTRY}.result
      const changed = await transform(given.result, given.params)
      // One that returns nothing has changed what it was given.
      return changed === undefined ? given.result : changed
    }
    if ('default' in own) {
      const main = own.default
      if (typeof main !== 'function') throw new TypeError('the default export is not a function')
      return main(given.req, context)
    }
    return execute === undefined ? own.${ENTRY}.result : execute(given.params)
  }
  const finish = async (role, own, given) => {
    try {
      const value = await enter(role, await own, given)
      // The getters and toJSON of the value are the program's: they run here, under its clocks.
      const json = stringify(value)
      outcome = json
      settled(json === undefined ? 'undefined' : 'done')
    } catch (error) {
      outcome = describe(error)
      settled('threw')
    }
  }

  let input
  return {
    begin(prelude, contextJson, seed) {
      seedRandom(parse(seed))
      context = prelude({ call, log, zone, offsetAt }, contextJson)
      for (const key of ownKeys(context)) if (typeof key === 'string') put(key, context[key])
    },
    prepare(role, inputJson) {
      input = parse(inputJson)
      state = ''
      outcome = undefined
      if (role === 'api') {
        input.params = input.req === null || typeof input.req !== 'object' ? undefined : input.req.params
        put('req', input.req)
        put('result', undefined)
      } else if (role === 'validator') put('value', input.value)
      else put('result', input.result)
      put('params', input.params)
    },
    run(role, own) { finish(role, own, input) },
    // Imported late: the program was compiled before this job, and runs its first line now.
    runCompiled(role, place) { finish(role, import(PROGRAM + place), input) },
    settle(id, well, answer) {
      const found = apply(mapGet, waiting, [id])
      if (found === undefined) return
      apply(mapDelete, waiting, [id])
      if (well) found.resolve(answer)
      else found.reject(new Error(answer))
    },
    describe,
    state: () => state,
    outcomeChars: () => (outcome === undefined ? 0 : outcome.length),
    outcome: () => outcome,
  }
})`
