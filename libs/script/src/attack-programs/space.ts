import { type Attack, attacks, body } from './attack.js'

const FULL = ['memory', 'timeout', 'threw'] as const
const DEEP = ['stack', 'memory', 'timeout', 'threw'] as const

/** Programs that fill memory or nest without end. */
export const SPACE_ATTACKS: readonly Attack[] = [
  ...attacks('memory', FULL, {
    'D1 a text that doubles': body('let a = "x"\nfor (;;) a += a'),
    'D2 a text of a gigabyte': body('return "x".repeat(2 ** 29).length + "y".padStart(2 ** 29).length'),
    'D3 many small buffers': body('const all = []\nfor (;;) all.push(new Uint8Array(100_000))'),
    'D4 a map without end': body('const all = new Map()\nfor (let n = 0; ; n += 1) all.set(n, { n })'),
    'D5 properties without end': body('const all = {}\nfor (let n = 0; ; n += 1) all[`p${n}`] = n'),
    'D6 closures without end': body(
      'const all = []\nfor (;;) { const held = new Array(100).fill(1); all.push(() => held) }',
    ),
    'D7 symbols without end': body('const all = []\nfor (;;) all.push(Symbol("s".repeat(100)))'),
    'D8 promises without end': body('const all = []\nfor (;;) all.push(new Promise(() => {}).then(() => 1))'),
    'D9 one vast buffer': body('return new ArrayBuffer(2 ** 31 - 1).byteLength'),
    'D10 an error as long as memory': body('throw new Error("x".repeat(2 ** 28))'),
    'D11 arrays in arrays': body('let a = [1]\nfor (;;) a = [...a, ...a]'),
    'D12 a buffer that grows': body(
      'const a = new ArrayBuffer(1, { maxByteLength: 2 ** 30 })\nif (a.resizable) a.resize(2 ** 30)\nfor (const all = []; ; ) all.push(new ArrayBuffer(1e6))',
    ),
  }),
  ...attacks('stack', DEEP, {
    'E1 recursion': body('const f = () => f() + 1\nreturn f()'),
    'E2 reading deep JSON': body('return JSON.parse("[".repeat(1e6) + "]".repeat(1e6)).length'),
    'E3 writing deep JSON': body('let a = []\nfor (let n = 0; n < 1e5; n += 1) a = [a]\nreturn a'),
    'E5 proxies on proxies': body('let a = {}\nfor (let n = 0; n < 1e5; n += 1) a = new Proxy(a, {})\nreturn a.b'),
    'E6 bound functions of bound functions': body(
      'let f = () => 1\nfor (let n = 0; n < 1e5; n += 1) f = f.bind(null)\nreturn f()',
    ),
    'E7 a getter in a getter': body('const a = { get b() { return this.b } }\nreturn a.b'),
    'E8 a toString in a toString': body('const a = { toString() { return `${this}` } }\nreturn `${a}`'),
    'E9 flattening what holds itself': body('const a = []\na.push(a)\nreturn a.flat(Infinity)'),
    'E10 generators in generators': body('function* f() { yield* f() }\nreturn [...f()]'),
    'E11 an argument list of a million': body('return Math.max(...new Array(1e7).fill(1))'),
    'E12 a pattern as deep as it is long': body(
      'return new RegExp("(?:".repeat(1e5) + "a" + ")*".repeat(1e5)).test("a")',
    ),
    'E13 a comparator in a comparator': body('const f = () => [2, 1].sort(f).length\nreturn f()'),
  }),
  // The source itself is the attack: the compiler's stack, not the program's.
  {
    name: 'E4 a source of brackets',
    category: 'stack',
    source: `result = ${'('.repeat(60_000)}1${')'.repeat(60_000)}`,
    ends: DEEP,
  },
  {
    name: 'E14 a source of nested arrays',
    category: 'stack',
    source: `result = ${'['.repeat(60_000)}${']'.repeat(60_000)}`,
    ends: DEEP,
  },
]
