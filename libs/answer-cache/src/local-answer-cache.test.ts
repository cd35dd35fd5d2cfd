import { answerCacheConformance } from './conformance.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalValues, localAnswerCache, matchesEtag, strongEtag, type Claim } from './index.js'

const MEGABYTE = 1_048_576
answerCacheConformance({ describe, it, expect }, 'in process', () =>
  Promise.resolve(localAnswerCache({ bytesMax: MEGABYTE, entriesMax: 1000 })),
)

const signal = new AbortController().signal
const wish = { ageMsMax: 1000, signal }
const leadOf = (claim: Claim) => {
  if (claim.kind !== 'lead') throw new Error(claim.kind)
  return claim.lead
}

describe('localAnswerCache', () => {
  it('never holds more bytes or entries than its bounds, and lets go of what was not asked for longest', async () => {
    const stored = fc.record({ key: fc.nat(20), size: fc.nat(3000) })
    await fc.assert(
      fc.asyncProperty(fc.array(stored, { maxLength: 60 }), async (all) => {
        const cache = localAnswerCache({ bytesMax: 8000, entriesMax: 5, now: () => 0 })
        const recent: string[] = []
        for (const { key, size } of all) {
          const claim = await cache.claim(String(key), wish)
          if (claim.kind === 'lead') claim.lead.store({ body: new Uint8Array(size), etag: '"e"', rows: 0 }, 1000)
          recent.splice(0, recent.length, ...recent.filter((one) => one !== String(key)), String(key))
          const { bytes, entries } = cache.counts()
          expect(bytes).toBeLessThanOrEqual(8000)
          expect(entries).toBeLessThanOrEqual(5)
          const held = [...recent].reverse().map((one) => cache.held(one) !== undefined)
          for (const one of recent) cache.held(one)
          // Whatever is held was used later than whatever is not.
          expect(held.lastIndexOf(true)).toBe(held.filter(Boolean).length - 1)
        }
      }),
    )
  })

  it('says when it evicted, who waited, and what it holds', async () => {
    const cache = localAnswerCache({ bytesMax: 2000, entriesMax: 10 })
    leadOf(await cache.claim('a', wish)).store({ body: new Uint8Array(1000), etag: '"a"', rows: 1 }, 1000)
    const lead = leadOf(await cache.claim('b', wish))
    const waiting = cache.claim('b', wish)
    lead.store({ body: new Uint8Array(1000), etag: '"b"', rows: 1 }, 1000)
    expect((await waiting).kind).toBe('found')
    expect(cache.counts()).toEqual({ bytes: 1402, entries: 1, evicted: 1, waits: 1, storeFailures: 0 })
  })

  it('forgets after a second that an answer could not be kept', async () => {
    let nowMs = 0
    const cache = localAnswerCache({ bytesMax: 2000, entriesMax: 10, now: () => nowMs })
    leadOf(await cache.claim('a', wish)).refuse()
    expect((await cache.claim('a', wish)).kind).toBe('alone')
    nowMs = 1001
    expect((await cache.claim('a', wish)).kind).toBe('lead')
  })
})

describe('canonicalValues', () => {
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.bigInt(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 3, noNullPrototype: false }),
    ),
  })).value
  const values = fc.dictionary(fc.string(), value, { maxKeys: 4, noNullPrototype: false })
  // Another way to tell whether two records hold the same: slow, and nobody's key.
  const sorted = (one: unknown): unknown => {
    if (Array.isArray(one)) return ['list', ...one.map(sorted)]
    if (typeof one === 'object' && one !== null)
      return [
        'record',
        ...Object.entries(one)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([k, v]) => [k, sorted(v)]),
      ]
    return [typeof one, String(one)]
  }

  it('is one text for the same values in any order, and another for any others', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const same = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right))
        expect(canonicalValues(left) === canonicalValues(right)).toBe(same)
        const turned = Object.fromEntries(Object.entries(left).reverse())
        expect(canonicalValues(turned)).toBe(canonicalValues(left))
      }),
    )
  })

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['text from a number', { a: '1' }, { a: 1 }],
    ['a number from a big one', { a: 1 }, { a: 1n }],
    ['two texts from one that looks like them', { a: 'x', b: 'y' }, { a: 'x1:b=s1:y' }],
    ['two items from one', { a: ['1', '2'] }, { a: ['1,2'] }],
    ['null from nothing', { a: null }, {}],
    ['a list from a record', { a: [] }, { a: {} }],
  ])('tells %s', (_, left, right) => expect(canonicalValues(left)).not.toBe(canonicalValues(right)))
})

describe('ETags', () => {
  it('are equal for equal bodies alone', () => {
    expect(strongEtag(Buffer.from('a'))).toBe(strongEtag(Buffer.from('a')))
    expect(strongEtag(Buffer.from('a'))).not.toBe(strongEtag(Buffer.from('b')))
    expect(strongEtag(Buffer.from('a'))).toMatch(/^"[\w-]{27}"$/)
  })

  it.each([
    ['"x"', true],
    ['W/"x"', true],
    ['"a", "x"', true],
    ['*', true],
    ['"y"', false],
    ['x', false],
    [undefined, false],
  ])('If-None-Match: %s matches "x": %s', (header, matches) => expect(matchesEtag(header, '"x"')).toBe(matches))
})
