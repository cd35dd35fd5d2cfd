import type { AnswerCache, Claim, Lead, Wish } from './answer-cache.js'

/** The test runner's words, handed in so that no shipped lib imports one. */
export interface TestWords {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
  expect(actual: unknown): { toBe(expected: unknown): void; toEqual(expected: unknown): void }
}

/** Opens a cache without history; each test gets its own. It must hold at least 1 MB and 100 answers. */
export type OpenCache = () => Promise<AnswerCache>

const KEEP_MS = 60_000
const wish = (given: Partial<Wish> = {}): Wish => ({
  ageMsMax: KEEP_MS,
  signal: new AbortController().signal,
  ...given,
})
const bytes = (text: string): Uint8Array => Buffer.from(text)
const made = (text: string) => ({ body: bytes(text), etag: `"${text}"`, rows: text.length })
const textOf = (body: Uint8Array): string => Buffer.from(body).toString('utf8')

/** What every AnswerCache must hold, against the real thing. */
export function answerCacheConformance({ describe, it, expect }: TestWords, name: string, open: OpenCache): void {
  const withCache = (body: (cache: AnswerCache) => Promise<void>) => async () => {
    const cache = await open()
    try {
      await body(cache)
    } finally {
      await cache.close()
    }
  }
  const found = (claim: Claim): string => (claim.kind === 'found' ? textOf(claim.answer.body) : claim.kind)

  describe(`AnswerCache: ${name}`, () => {
    it(
      'gives what was stored, whole, with its ETag and its rows, and nothing for other keys',
      withCache(async (cache) => {
        const body = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256)
        leadOf(await cache.claim('a', wish())).store({ body, etag: '"e"', rows: 3 }, KEEP_MS)
        const held = cache.held('a')
        expect(Buffer.compare(held?.body ?? bytes(''), body)).toBe(0)
        expect([held?.etag, held?.rows]).toEqual(['"e"', 3])
        expect(cache.held('b')).toBe(undefined)
        expect((await cache.claim('b', wish())).kind).toBe('lead')
      }),
    )

    it(
      'keeps keys apart, whatever characters they hold',
      withCache(async (cache) => {
        const keys = ['a', 'a:b', '{a}', 'a}{b', 'ä', '', 'x'.repeat(3000), '__proto__', 'a\r\nb', '\u0000']
        for (const key of keys) leadOf(await cache.claim(key, wish())).store(made(`of ${key}`), KEEP_MS)
        for (const key of keys) expect(found(await cache.claim(key, wish()))).toBe(`of ${key}`)
      }),
    )

    it(
      'lets one of many lead, and gives its answer to all others',
      withCache(async (cache) => {
        const claims = many(cache, 'one', 20)
        const [first, ...others] = await leaders(claims, 1)
        expect(others.length).toBe(0)
        first?.store(made('answer'), KEEP_MS)
        const all = await Promise.all(claims)
        expect(all.filter(({ kind }) => kind === 'lead').length).toBe(1)
        expect(all.filter((claim) => found(claim) === 'answer').length).toBe(19)
      }),
    )

    it(
      'lets the next lead when the leader goes away, and nobody wait for ever',
      withCache(async (cache) => {
        const claims = many(cache, 'gone', 5)
        const [first] = await leaders(claims, 1)
        first?.abandon()
        const [, second, ...more] = await leaders(claims, 2)
        expect(more.length).toBe(0)
        second?.store(made('second'), KEEP_MS)
        expect((await Promise.all(claims)).filter((claim) => found(claim) === 'second').length).toBe(3)
      }),
    )

    it(
      'fails alike for those who wait when the leader fails, and lets the next caller try',
      withCache(async (cache) => {
        const claims = many(cache, 'failing', 4)
        const [first] = await leaders(claims, 1)
        first?.fail(new Error('no table'))
        const outcomes = await Promise.allSettled(claims)
        expect(outcomes.filter(({ status }) => status === 'rejected').length).toBe(3)
        expect((await cache.claim('failing', wish())).kind).toBe('lead')
      }),
    )

    it(
      'lets everybody go alone when the answer cannot be kept',
      withCache(async (cache) => {
        const claims = many(cache, 'huge', 4)
        const [first] = await leaders(claims, 1)
        first?.refuse()
        expect((await Promise.all(claims)).filter(({ kind }) => kind === 'alone').length).toBe(3)
        expect((await cache.claim('huge', wish())).kind).toBe('alone')
      }),
    )

    it(
      'lets go of who waits when its signal says so, without disturbing the leader',
      withCache(async (cache) => {
        const lead = leadOf(await cache.claim('slow', wish()))
        const deadline = new AbortController()
        const waiting = cache.claim('slow', wish({ signal: deadline.signal }))
        deadline.abort(new Error('deadline'))
        expect(await waiting.catch((error: unknown) => String(error))).toBe('Error: deadline')
        const other = cache.claim('slow', wish())
        lead.store(made('late'), KEEP_MS)
        expect(found(await other)).toBe('late')
      }),
    )

    it(
      'does not give what is older than wanted, and has it made again',
      withCache(async (cache) => {
        leadOf(await cache.claim('old', wish())).store(made('old'), KEEP_MS)
        // Time itself is the guarantee, so it is waited for.
        await new Promise((resolve) => setTimeout(resolve, 60))
        const lead = leadOf(await cache.claim('old', wish({ ageMsMax: 20 })))
        expect(textOf(cache.held('old')?.body ?? bytes(''))).toBe('old')
        lead.store(made('new'), KEEP_MS)
        expect(textOf(cache.held('old')?.body ?? bytes(''))).toBe('new')
      }),
    )

    it(
      'forgets what its time is over of',
      withCache(async (cache) => {
        leadOf(await cache.claim('short', wish())).store(made('short'), 30)
        await new Promise((resolve) => setTimeout(resolve, 60))
        expect(cache.held('short')).toBe(undefined)
        expect((await cache.claim('short', wish())).kind).toBe('lead')
      }),
    )

    it(
      'ends a lead once: what a leader does afterwards changes nothing',
      withCache(async (cache) => {
        const lead = leadOf(await cache.claim('once', wish()))
        lead.store(made('first'), KEEP_MS)
        lead.store(made('again'), KEEP_MS)
        lead.refuse()
        lead.abandon()
        expect(found(await cache.claim('once', wish()))).toBe('first')
      }),
    )
  })
}

function many(cache: AnswerCache, key: string, count: number): Promise<Claim>[] {
  return Array.from({ length: count }, () => cache.claim(key, wish()))
}

/** Waits until so many of the claims lead. */
async function leaders(claims: readonly Promise<Claim>[], count: number): Promise<readonly Lead[]> {
  const leading: Lead[] = []
  await new Promise<void>((resolve, reject) => {
    for (const claim of claims) {
      claim.then((one) => {
        if (one.kind !== 'lead') return
        leading.push(one.lead)
        if (leading.length === count) resolve()
      }, reject)
    }
  })
  return leading
}

function leadOf(claim: Claim): Lead {
  if (claim.kind !== 'lead') throw new Error(`led by somebody else: ${claim.kind}`)
  return claim.lead
}
