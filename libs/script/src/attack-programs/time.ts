import { type Attack, attacks, body } from './attack.js'

const ANY_LIMIT = ['timeout', 'memory', 'stack', 'threw'] as const

/** Programs that burn time: in the interpreter, in its native functions, in patterns, in promises. */
export const TIME_ATTACKS: readonly Attack[] = [
  ...attacks('interpreter', ['timeout'], {
    'A1 an endless loop': body('while (true);'),
    'A2 a loop that catches': body('while (true) { try { while (true); } catch {} }'),
    'A3 a loop that goes on in finally': body('for (;;) { try { while (true); } finally { continue } }'),
    'A4 an endless generator': body('function* on() { while (true) yield 1 }\nfor (const _ of on());'),
    'A5 a getter that loops while the result is written': body('return { get a() { while (true); } }'),
    'A6 a comparator that loops': body('[3, 1, 2].sort(() => { while (true); })'),
    'A7 a toString that loops': body('return `${{ toString() { while (true); } }}`'),
    'A8 a proxy whose trap loops': body('return new Proxy({}, { get() { while (true); } }).a'),
    'A9 an iterator without end': body(
      'const all = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }\nfor (const _ of all);',
    ),
    'A10 a loop at the top level': 'while (true);\nresult = 1',
    'A11 a toJSON that loops': body('return { toJSON() { while (true); } }'),
    'A12 a class that loops while it is made': 'class A { static { while (true); } }\nresult = 1',
    'A13 a loop in a thrown error': body('throw { get message() { while (true); } }'),
    'A14 a reduce over a loop': body('[1, 2].reduce(() => { while (true); })'),
  }),
  ...attacks('natives', ANY_LIMIT, {
    'B1 joining a billion holes': body('return (new Array(1e9) + "").length'),
    'B2 searching to the last index': body('return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 5)'),
    'B3 searching back from the last index': body(
      'return Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 5)',
    ),
    'B4 asking whether it is included': body('return Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 5)'),
    'B5 reversing holes': body('Array.prototype.reverse.call({ length: 2 ** 53 - 1 })'),
    'B6 moving holes': body('Array.prototype.copyWithin.call({ length: 2 ** 53 - 1 }, 0, 1)'),
    'B7 a raw template of a billion parts': body('return String.raw({ raw: { length: 1e9 } }).length'),
    'B8 dividing long numbers': body('let n = 10n ** 60000n\nfor (;;) n = (n * n) % (10n ** 70000n + 1n)'),
    'B9 writing out a long number': body('return (2n ** 3000000n).toString().length'),
    'B10 reading a long number': body('return BigInt("9".repeat(3e6)) > 0n'),
    'B11 searching a long text slowly': body('const a = "a".repeat(2e6)\nreturn a.indexOf("a".repeat(1e6) + "b")'),
    'B12 comparing long texts for ever': body(
      'const a = "a".repeat(5e6), b = "a".repeat(5e6)\nfor (;;) if (a !== b) break',
    ),
    'B13 splitting a long text': body('return "x".repeat(2e7).split("").length'),
    'B14 an array from a length': body('return Array.from({ length: 1e8 }).length'),
    'B15 sorting a long array': body('const a = Array.from({ length: 3e5 }, (_, n) => -n)\nfor (;;) a.sort()'),
    'B16 searching typed arrays': body('const a = new Uint8Array(1e7)\nfor (;;) a.indexOf(1)'),
    'B17 writing a deep value with cycles to check': body(
      'let a = {}\nfor (let n = 0; n < 20000; n += 1) a = { a }\nfor (;;) JSON.stringify(a)',
    ),
    'B18 replacing with expansion': body('return "a".repeat(1e5).replace(/a/g, "$&".repeat(1e4)).length'),
    'B19 normalizing a long text': body('const a = "\\u1e9b\\u0323".repeat(1e6)\nfor (;;) a.normalize("NFKD")'),
    'B20 the keys of a vast proxy': body(
      'return Object.keys(new Proxy({}, { ownKeys: () => Array.from({ length: 5e6 }, (_, n) => `k${n}`) })).length',
    ),
  }),
  ...attacks('regexps', ANY_LIMIT, {
    'C1 a pattern that doubles': body('return /^(a+)+$/.test("a".repeat(40) + "!")'),
    'C2 counted groups in counted groups': body('return /^((a{0,100}){0,100}){0,100}$/.test("a".repeat(500) + "!")'),
    'C3 references back and ahead': body('return /^(?=(a+))\\1*(a|a)*$/.test("a".repeat(60) + "!")'),
    'C4 a vast pattern': body('return new RegExp("(a|b|c)".repeat(200000)).test("abc")'),
    'C5 a hundred thousand groups': body('return new RegExp("(".repeat(1e5) + ")".repeat(1e5)).test("")'),
    'C6 a pattern over a megabyte': body('return /(x+x+)+y/u.test("x".repeat(1e6))'),
    'C7 splitting by a slow pattern': body('return ("a".repeat(40) + "!").split(/(?:a+)+$/).length'),
  }),
  // Every promise of it is held by the one before: where a machine is quick, memory ends before time.
  ...attacks('promises', ['timeout', 'memory'], {
    'F1 promise jobs without end': body(
      'const on = () => Promise.resolve().then(on)\non()\nawait new Promise(() => {})',
    ),
  }),
  ...attacks('promises', ['timeout'], {
    'F2 swallowing what interrupts': body(
      'const loop = async () => { while (true); }\nwhile (true) await loop().catch(() => {})',
    ),
    'F3 a thenable of thenables': body('const again = { then(resolve) { resolve(again) } }\nawait again'),
    'F4 waiting in finally after the end': body('try { while (true); } finally { await Promise.resolve() }'),
    'F5 two loops that wake each other': body(
      'const ping = async () => { for (;;) await null }\nawait Promise.all([ping(), ping()])',
    ),
    'F6 an async generator without end': body(
      'async function* on() { while (true) yield 1 }\nfor await (const _ of on());',
    ),
  }),
  ...attacks('promises', ['threw'], {
    'F7 a promise that nothing settles': body('await new Promise(() => {})'),
    'F8 a rejection that nobody handles': body(
      'Promise.reject(new Error("left alone"))\nthrow new Error("and thrown")',
    ),
  }),
]
