import { type ParamDefinition, paramDefinition } from '@penstock/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileParams } from './index.js'

/** Reads one parameter `v` from a body, where values keep their JSON type. */
const readOne = (raw: unknown, rest: Partial<ParamDefinition>) => {
  const result = compileParams([paramDefinition.parse({ name: 'v', location: 'body', ...rest })])({
    query: {},
    headers: {},
    body: { v: raw },
    path: {},
  })
  return result.ok ? result.values['v'] : result.faults.map(({ message }) => message).join()
}
describe('coercion', () => {
  it.each<[ParamDefinition['data_type'], [unknown, unknown][]]>([
    [
      'integer',
      [
        [5, 5],
        ['5', 5],
        [' 7 ', 7],
        ['5.0', 5],
        [5.0, 5],
        ['-3', -3],
        ['+3', 3],
        ['007', 7],
        ['1e3', 1000],
        [-0, 0],
        ['-0', 0],
        ['9007199254740993', 9007199254740993n],
        ['-9007199254740993.000', -9007199254740993n],
        [9007199254740993n, 9007199254740993n],
        [12n, 12],
        [1e20, 100000000000000000000n],
        ['9'.repeat(100), BigInt('9'.repeat(100))],
      ],
    ],
    [
      'number',
      [
        [5, 5],
        ['5', 5],
        ['1.5', 1.5],
        ['.5', 0.5],
        ['5.', 5],
        ['-1e-3', -0.001],
        ['9007199254740993', 9007199254740993n],
        [9007199254740993n, 9007199254740993n],
      ],
    ],
    [
      'boolean',
      [
        [true, true],
        ['TRUE', true],
        [' Yes ', true],
        ['1', true],
        [1, true],
        [false, false],
        ['no', false],
        ['0', false],
        [0, false],
      ],
    ],
    [
      'string',
      [
        ['a', 'a'],
        [' a ', 'a'],
        [5, '5'],
        [true, 'true'],
        [9007199254740993n, '9007199254740993'],
      ],
    ],
    [
      'array',
      [
        [
          [1, 'a'],
          [1, 'a'],
        ],
        ['[1,"a",9007199254740993]', [1, 'a', 9007199254740993n]],
        ['a, b ,,c', ['a', 'b', 'c']],
        [[], []],
        ['[]', []],
      ],
    ],
    [
      'object',
      [
        [{ a: 1 }, { a: 1 }],
        ['{"a": [1]}', { a: [1] }],
      ],
    ],
    [
      'date',
      [
        ['2024-02-29', '2024-02-29'],
        [' 2000-02-29 ', '2000-02-29'],
        ['0001-01-01', '0001-01-01'],
        ['2400-02-29', '2400-02-29'],
      ],
    ],
    [
      'datetime',
      [
        ['2024-01-31T10:00:00Z', '2024-01-31T10:00:00Z'],
        ['2024-01-31 10:00', '2024-01-31 10:00'],
        ['2024-01-31', '2024-01-31'],
        ['2024-01-31T10:00:00.123456+05:30', '2024-01-31T10:00:00.123456+05:30'],
        ['2024-01-31T10:00:00 02:00', '2024-01-31T10:00:00+02:00'],
        ['2024-01-31t10:00:00-0800', '2024-01-31t10:00:00-0800'],
      ],
    ],
    ['uuid', [['6F9619FF-8B86-D011-B42D-00CF4FC964FF', '6f9619ff-8b86-d011-b42d-00cf4fc964ff']]],
  ])('%s takes what is one', (data_type, cases) => {
    for (const [raw, value] of cases) expect([raw, readOne(raw, { data_type })]).toEqual([raw, value])
  })

  it.each<[ParamDefinition['data_type'], unknown[]]>([
    [
      'integer',
      [
        1.5,
        '1.5',
        'abc',
        true,
        '0x10',
        '1_000',
        'Infinity',
        'NaN',
        NaN,
        Infinity,
        [],
        {},
        '1e400',
        '1e-1',
        '١',
        '1 2',
        '--1',
        '9'.repeat(1001),
      ],
    ],
    [
      'number',
      ['nan', 'inf', 'Infinity', '-Infinity', NaN, Infinity, '1e400', 'abc', true, '0x10', '1,5', [], {}, '.', '+'],
    ],
    ['boolean', ['2', 2, 'on', 'y', [], {}, 'truee']],
    ['string', [[], {}, ['a']]],
    ['array', ['[1', '[1,]', 5, true, {}]],
    ['object', ['[1]', '{"a"', 'a', 5, [], '5', 'null']],
    [
      'date',
      [
        '2024-02-30',
        '2023-02-29',
        '1900-02-29',
        '2100-02-29',
        '2024-13-01',
        '2024-00-01',
        '2024-01-00',
        '2024-1-1',
        '0000-01-01',
        '2024-01-01T00:00:00Z',
        20240101,
        'today',
      ],
    ],
    [
      'datetime',
      [
        '2024-02-30T00:00:00Z',
        '2024-01-01T24:00:00Z',
        '2024-01-01T10:60:00Z',
        '2024-01-01T10:00:61Z',
        '2024-01-01T10:00:00+16:00',
        '2024-01-01T10:00:00+02:60',
        '2024-01-01T10',
        'now',
        1704067200000,
        '2024-01-01Z',
      ],
    ],
    [
      'uuid',
      [
        '6f9619ff8b86d011b42d00cf4fc964ff',
        '6f9619ff-8b86-d011-b42d-00cf4fc964fg',
        '{6f9619ff-8b86-d011-b42d-00cf4fc964ff}',
        5,
      ],
    ],
  ])('%s refuses what is none', (data_type, raws) => {
    for (const raw of raws)
      expect([raw, readOne(raw, { data_type })]).toEqual([raw, expect.stringMatching(/^must be /)])
  })

  it('keeps every whole number exactly, however long', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
        (whole) => BigInt(readOne(String(whole), { data_type: 'integer' }) as bigint) === whole,
      ),
    )
  })

  it('takes every day of the calendar and no other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const text = [
            String(year).padStart(4, '0'),
            String(month).padStart(2, '0'),
            String(day).padStart(2, '0'),
          ].join('-')
          const real = new Date(`${text}T00:00:00Z`)
          const isReal = !Number.isNaN(real.getTime()) && real.toISOString().startsWith(text)
          expect(readOne(text, { data_type: 'date' }) === text).toBe(isReal)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('rules', () => {
  it.each<[Partial<ParamDefinition>, unknown[], unknown[]]>([
    [{ data_type: 'integer', min: 1, max: 10 }, [1, '10'], [0, 11, '9007199254740993']],
    [{ data_type: 'number', min: 0.5 }, [0.5], [0.4]],
    [{ min_length: 2, max_length: 3 }, ['ab', '😀😀😀', ' abc '], ['a', 'abcd']],
    [{ data_type: 'array', min_length: 1, max_length: 2 }, [[1], 'a,b'], [[], 'a,b,c']],
    [{ enum: ['asc', 'desc'] }, ['asc', ' desc'], ['ASC', 'x', 'toString', '__proto__']],
    [{ data_type: 'integer', enum: [1, '2'] }, ['1', 2, 2.0], [3]],
    [{ data_type: 'boolean', enum: ['yes'] }, [true, 1], [false]],
    [{ data_type: 'array', enum: ['a', 'b', '1'] }, ['a,b', [1], []], ['a,c', [['a']], [{}], [null]]],
    [{ pattern: '[A-Z]{2}' }, ['AB'], ['ABC', 'ab', 'xABx']],
    [{ pattern: 'a|b' }, ['a', 'b'], ['ab', 'ax']],
  ])('%j', (rest, good, bad) => {
    for (const raw of good) expect([raw, readOne(raw, rest)]).not.toEqual([raw, expect.stringMatching(/^(must|may) /)])
    for (const raw of bad) expect([raw, readOne(raw, rest)]).toEqual([raw, expect.stringMatching(/^(must|may) /)])
  })

  it('refuses a value that is too long for its pattern instead of matching it', () => {
    expect(readOne('a'.repeat(5000), { pattern: 'a*' })).toBe('must have at most 4096 characters')
  })
})
