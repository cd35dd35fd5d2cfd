// What scripts see beside the language: runs in the guest, before everything that authors write, and turns what they ask for into requests of
// JSON text. An expression: a function of the digests and of what makes `time`, which gives `(host, contextJson) => context`.
;(digests, timeOf) => {
  'use strict'

  /** A request that was answered with a failure; `code` is that of the error catalogue where it has one. */
  class RequestError extends Error {
    constructor({ name, code, message }) {
      super(message)
      this.name = name
      this.code = code
    }
  }

  const plain = (value) => {
    if (typeof value === 'bigint') return value.toString()
    if (ArrayBuffer.isView(value)) throw new TypeError('bytes cannot be bound or sent: use base64 text')
    return value
  }
  const asker = (host) => async (name, args) => {
    const answer = JSON.parse(
      await host.call(
        name,
        JSON.stringify(args, (_key, value) => plain(value)),
      ),
    )
    if (answer.failed !== undefined) throw new RequestError(answer.failed)
    return answer.ok
  }
  const text = (value, what) => {
    if (typeof value !== 'string') throw new TypeError(`${what} must be a text`)
    return value
  }

  const sourceOf = (ask, source) => {
    const statement = (sql, binds) => {
      const given = binds ?? []
      if (typeof given !== 'object') throw new TypeError('binds must be a list, or an object for :names')
      return { source, sql: text(sql, 'the statement'), binds: given }
    }
    const statements = {
      query: (sql, binds) => ask('db.query', statement(sql, binds)),
      queryOne: async (sql, binds) => (await ask('db.query', statement(sql, binds)))[0] ?? null,
      execute: (sql, binds) => ask('db.execute', statement(sql, binds)),
    }
    const tx = async (work) => {
      if (typeof work !== 'function') throw new TypeError('db.tx takes a function')
      await ask('db.begin', { source })
      let value
      try {
        value = await work(Object.freeze({ ...statements }))
      } catch (error) {
        await ask('db.rollback', { source })
        throw error
      }
      await ask('db.commit', { source })
      return value
    }
    return { ...statements, tx }
  }

  const httpOf = (ask) => {
    const answered = ({ status, headers, text: body }) => ({
      status,
      ok: status >= 200 && status < 300,
      headers,
      text: body,
      get json() {
        try {
          return JSON.parse(body)
        } catch {
          return null
        }
      },
    })
    const methods = (connection) => {
      const request = (method) => async (url, options) =>
        answered(await ask('http.request', { ...options, method, url: text(url, 'the URL'), connection }))
      return {
        get: request('GET'),
        post: request('POST'),
        put: request('PUT'),
        patch: request('PATCH'),
        delete: request('DELETE'),
      }
    }
    return Object.freeze({
      ...methods(undefined),
      connection: (name) => Object.freeze(methods(text(name, 'the name of the connection'))),
    })
  }

  const cacheOf = (ask) => {
    const key = (value) => text(value, 'the key')
    const add =
      (sign) =>
      (name, by = 1) =>
        ask('cache.incr', { key: key(name), by: sign * by })
    return Object.freeze({
      get: (name) => ask('cache.get', { key: key(name) }),
      set: async (name, value, ttlSeconds) => {
        await ask('cache.set', { key: key(name), value: value ?? null, ttl_seconds: ttlSeconds ?? null })
      },
      delete: async (name) => {
        await ask('cache.delete', { key: key(name) })
      },
      exists: (name) => ask('cache.exists', { key: key(name) }),
      incr: add(1),
      decr: add(-1),
    })
  }

  const shown = (value) => {
    if (typeof value === 'string') return value
    if (value instanceof Error) return `${value.name}: ${value.message}`
    try {
      return JSON.stringify(value, (_key, inner) => plain(inner)) ?? String(value)
    } catch {
      return String(value)
    }
  }
  const logOf = (host) => {
    const line =
      (level) =>
      (...values) =>
        host.log(level, values.map(shown).join(' '))
    return Object.freeze({ debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') })
  }

  const cryptoOf = (entropy) => {
    let made = 0
    const randomUUID = () => {
      made += 1
      const digits = digests.hmac('sha256', entropy, String(made)).slice(0, 32).split('')
      digits[12] = '4'
      digits[16] = '89ab'[parseInt(digits[16], 16) & 3]
      const all = digits.join('')
      return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join('-')
    }
    return Object.freeze({ randomUUID, hash: digests.hash, hmac: digests.hmac })
  }

  const fetchAll = async (items, work, concurrency = 5) => {
    const list = Array.from(items)
    if (typeof work !== 'function') throw new TypeError('fetchAll takes a list and a function')
    if (!Number.isInteger(concurrency) || concurrency < 1)
      throw new RangeError('concurrency must be a whole number from 1 on')
    const results = new Array(list.length)
    let next = 0
    const one = async () => {
      while (next < list.length) {
        const at = next
        next += 1
        results[at] = await work(list[at], at)
      }
    }
    await Promise.all(Array.from({ length: Math.min(concurrency, list.length) }, one))
    return results
  }

  return (host, contextJson) => {
    const { env, ds, entropy } = JSON.parse(contextJson)
    const ask = asker(host)
    return Object.freeze({
      db: Object.freeze({
        ...sourceOf(ask, null),
        source: (name) => Object.freeze(sourceOf(ask, text(name, 'the name of the data source'))),
      }),
      http: httpOf(ask),
      cache: cacheOf(ask),
      env: Object.freeze({ get: (name) => (Object.hasOwn(env, name) ? env[name] : undefined) }),
      log: logOf(host),
      ds: Object.freeze(ds),
      crypto: cryptoOf(entropy),
      time: timeOf(host.zone, host.offsetAt),
      fetchAll,
    })
  }
}
