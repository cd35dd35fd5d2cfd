// Hashes for scripts, in the guest: no request leaves the sandbox for them. An expression: what it gives is handed to the surroundings.
;(() => {
  'use strict'

  /** UTF-8 bytes of a text; half surrogates become U+FFFD, as everywhere. */
  const utf8 = (text) => {
    const bytes = []
    for (const character of text) {
      let code = character.codePointAt(0)
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd
      if (code < 0x80) bytes.push(code)
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    }
    return bytes
  }
  const hex = (bytes) => bytes.map((byte) => (byte + 256).toString(16).slice(1)).join('')

  /** The message with the bit 1, zeros and its length in bits at the end of a whole block. */
  const padded = (bytes, block, littleEndian) => {
    const out = bytes.slice()
    out.push(0x80)
    while (out.length % block !== block - 8) out.push(0)
    const high = Math.floor((bytes.length * 8) / 2 ** 32)
    const low = (bytes.length * 8) >>> 0
    const words = littleEndian ? [low, high] : [high, low]
    for (const word of words) {
      const parts = [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]
      out.push(...(littleEndian ? parts.reverse() : parts))
    }
    return out
  }
  const bytesOf = (words) => words.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255])
  const word = (bytes, at) => (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
  const right = (x, n) => (x >>> n) | (x << (32 - n))
  const left = (x, n) => (x << n) | (x >>> (32 - n))

  const primes = []
  for (let n = 2; primes.length < 80; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n)

  /** The first `bits` bits behind the point of the root of n, exactly: the constants of SHA-2. */
  const fraction = (n, power, bits) => {
    const scaled = BigInt(n) << BigInt(bits * power)
    let low = 0n
    let high = 1n << BigInt(bits + 16)
    while (high - low > 1n) {
      const middle = (low + high) >> 1n
      if (middle ** BigInt(power) <= scaled) low = middle
      else high = middle
    }
    return BigInt.asUintN(bits, low)
  }
  // Made when they are first asked for: few scripts hash.
  const made = new Map()
  const once = (key, make) => {
    if (!made.has(key)) made.set(key, make())
    return made.get(key)
  }
  const K256 = () => once('K256', () => primes.slice(0, 64).map((prime) => Number(fraction(prime, 3, 32)) | 0))
  const H256 = () => once('H256', () => primes.slice(0, 8).map((prime) => Number(fraction(prime, 2, 32)) | 0))
  const K512 = () => once('K512', () => primes.map((prime) => fraction(prime, 3, 64)))
  const H512 = () => once('H512', () => primes.slice(0, 8).map((prime) => fraction(prime, 2, 64)))
  const H384 = () => once('H384', () => primes.slice(8, 16).map((prime) => fraction(prime, 2, 64)))

  const sha256 = (message) => {
    const bytes = padded(message, 64, false)
    const k = K256()
    const h = H256().slice()
    const w = new Int32Array(64)
    for (let at = 0; at < bytes.length; at += 64) {
      for (let t = 0; t < 16; t += 1) w[t] = word(bytes, at + t * 4)
      for (let t = 16; t < 64; t += 1) {
        const s0 = right(w[t - 15], 7) ^ right(w[t - 15], 18) ^ (w[t - 15] >>> 3)
        const s1 = right(w[t - 2], 17) ^ right(w[t - 2], 19) ^ (w[t - 2] >>> 10)
        w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0
      }
      let [a, b, c, d, e, f, g, z] = h
      for (let t = 0; t < 64; t += 1) {
        const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25)
        const t1 = (z + s1 + ((e & f) ^ (~e & g)) + k[t] + w[t]) | 0
        const s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22)
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
        ;[z, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
      }
      ;[a, b, c, d, e, f, g, z].forEach((value, index) => (h[index] = (h[index] + value) | 0))
    }
    return bytesOf(h)
  }

  const wide = (x) => BigInt.asUintN(64, x)
  const right64 = (x, n) => wide((x >> n) | (x << (64n - n)))
  const sha512 = (start, length) => (message) => {
    // The length takes 128 bits here; texts are far from needing the upper half.
    const bytes = message.slice()
    bytes.push(0x80)
    while (bytes.length % 128 !== 112) bytes.push(0)
    bytes.push(0, 0, 0, 0, 0, 0, 0, 0, ...padded(message, 64, false).slice(-8))
    const k = K512()
    const h = start().slice()
    const w = []
    const unsigned = (at) => BigInt(word(bytes, at) >>> 0)
    for (let at = 0; at < bytes.length; at += 128) {
      for (let t = 0; t < 16; t += 1) w[t] = (unsigned(at + t * 8) << 32n) | unsigned(at + t * 8 + 4)
      for (let t = 16; t < 80; t += 1) {
        const s0 = right64(w[t - 15], 1n) ^ right64(w[t - 15], 8n) ^ (w[t - 15] >> 7n)
        const s1 = right64(w[t - 2], 19n) ^ right64(w[t - 2], 61n) ^ (w[t - 2] >> 6n)
        w[t] = wide(w[t - 16] + s0 + w[t - 7] + s1)
      }
      let [a, b, c, d, e, f, g, z] = h
      for (let t = 0; t < 80; t += 1) {
        const s1 = right64(e, 14n) ^ right64(e, 18n) ^ right64(e, 41n)
        const t1 = wide(z + s1 + ((e & f) ^ (wide(~e) & g)) + k[t] + w[t])
        const s0 = right64(a, 28n) ^ right64(a, 34n) ^ right64(a, 39n)
        const t2 = wide(s0 + ((a & b) ^ (a & c) ^ (b & c)))
        ;[z, g, f, e, d, c, b, a] = [g, f, e, wide(d + t1), c, b, a, wide(t1 + t2)]
      }
      ;[a, b, c, d, e, f, g, z].forEach((value, index) => (h[index] = wide(h[index] + value)))
    }
    const all = h.flatMap((value) => bytesOf([Number(value >> 32n) | 0, Number(value & 0xffffffffn) | 0]))
    return all.slice(0, length)
  }

  const sha1 = (message) => {
    const bytes = padded(message, 64, false)
    const h = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]
    const w = new Int32Array(80)
    for (let at = 0; at < bytes.length; at += 64) {
      for (let t = 0; t < 16; t += 1) w[t] = word(bytes, at + t * 4)
      for (let t = 16; t < 80; t += 1) w[t] = left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1)
      let [a, b, c, d, e] = h
      for (let t = 0; t < 80; t += 1) {
        const [f, k] =
          t < 20
            ? [(b & c) | (~b & d), 0x5a827999]
            : t < 40
              ? [b ^ c ^ d, 0x6ed9eba1]
              : t < 60
                ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
                : [b ^ c ^ d, 0xca62c1d6]
        ;[e, d, c, b, a] = [d, c, left(b, 30), a, (left(a, 5) + f + e + k + w[t]) | 0]
      }
      ;[a, b, c, d, e].forEach((value, index) => (h[index] = (h[index] + value) | 0))
    }
    return bytesOf(h)
  }

  const SHIFTS = [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
  ]
  const swapped = (x) => ((x & 255) << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)
  const md5 = (message) => {
    const bytes = padded(message, 64, true)
    const h = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
    for (let at = 0; at < bytes.length; at += 64) {
      let [a, b, c, d] = h
      for (let t = 0; t < 64; t += 1) {
        const round = t >> 4
        const [f, g] = [
          [(b & c) | (~b & d), t],
          [(d & b) | (~d & c), (5 * t + 1) & 15],
          [b ^ c ^ d, (3 * t + 5) & 15],
          [c ^ (b | ~d), (7 * t) & 15],
        ][round]
        const k = Math.floor(Math.abs(Math.sin(t + 1)) * 2 ** 32) | 0
        const sum = (a + f + k + swapped(word(bytes, at + g * 4))) | 0
        ;[a, d, c, b] = [d, c, b, (b + left(sum, SHIFTS[round][t & 3])) | 0]
      }
      ;[a, b, c, d].forEach((value, index) => (h[index] = (h[index] + value) | 0))
    }
    return bytesOf(h.map(swapped))
  }

  const HASHES = new Map([
    ['sha256', { digest: sha256, block: 64 }],
    ['sha384', { digest: sha512(H384, 48), block: 128 }],
    ['sha512', { digest: sha512(H512, 64), block: 128 }],
    ['sha1', { digest: sha1, block: 64 }],
    ['md5', { digest: md5, block: 64 }],
  ])
  const named = (algorithm, names) => {
    const found = names.includes(algorithm) ? HASHES.get(algorithm) : undefined
    if (found === undefined) throw new TypeError(`crypto: the algorithm must be one of ${names.join(', ')}`)
    return found
  }
  const texts = (...values) => {
    for (const value of values) if (typeof value !== 'string') throw new TypeError('crypto: only texts can be hashed')
  }

  const hash = (algorithm, text) => {
    texts(text)
    return hex(named(algorithm, ['sha256', 'sha384', 'sha512', 'sha1', 'md5']).digest(utf8(text)))
  }
  const hmac = (algorithm, key, text) => {
    texts(key, text)
    const { digest, block } = named(algorithm, ['sha256', 'sha384', 'sha512'])
    const given = utf8(key)
    const secret = given.length > block ? digest(given) : given
    const masked = (mask) => Array.from({ length: block }, (_, at) => (secret[at] ?? 0) ^ mask)
    return hex(digest(masked(0x5c).concat(digest(masked(0x36).concat(utf8(text))))))
  }
  return { hash, hmac }
})()
