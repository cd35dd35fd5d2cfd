// Whatever a script can get hold of is the language's own, or published: found by walking, not by looking for words.
import { runInNewContext } from 'node:vm'
import type { ScriptRunner } from '@penstock/script'
import { afterAll, expect, it } from 'vitest'
import { openScriptRunner, openWeakenedRunner } from './open-script-runner.js'
import { apiStep, job, PRELUDE, valueOf } from './testing/jobs.js'

const opened: ScriptRunner[] = []
const opening = (runner: ScriptRunner): ScriptRunner => {
  opened.push(runner)
  return runner
}
const runner = opening(openScriptRunner({ prelude: PRELUDE }))
afterAll(() => Promise.all(opened.map((one) => one.close())))

/** Where a walk begins: the global object, and what syntax alone makes. */
const ROOTS = `({
  object: {}, fn: Map, error: new Error(), global: globalThis, generator: function* () {}, generated: (function* () {})(), asyncFunction: async function () {},
  asyncGenerator: async function* () {}, asyncGenerated: (async function* () {})(), arrow: () => 0, list: [], text: Object('a'), pattern: /a/,
  listIterator: [][Symbol.iterator](), textIterator: 'a'[Symbol.iterator](), mapIterator: new Map().entries(), setIterator: new Set().values(),
  matches: 'a'.matchAll(/a/g), promise: Promise.resolve(), given: (function () { return arguments })(), template: ((parts) => parts)\`a\`,
  failure: (() => { try { null.a } catch (error) { return error } })(),
})`

/** Every path to an own property from the roots, accessors as functions, prototypes as a step; each object is entered once. */
const WALK = `
const seen = new Set()
const paths = []
const waiting = []
const enter = (value, path) => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
  seen.add(value)
  waiting.push([value, path])
}
for (const [name, root] of Object.entries(ROOTS)) enter(root, [name])
while (waiting.length > 0) {
  const [value, path] = waiting.shift()
  enter(Object.getPrototypeOf(value), [...path, '<prototype>'])
  for (const key of Reflect.ownKeys(value)) {
    const { value: held, get, set } = Reflect.getOwnPropertyDescriptor(value, key)
    const at = [...path, typeof key === 'symbol' ? '@' + key.description : key]
    paths.push(at)
    enter(held, at)
    enter(get, [...at, '<get>'])
    enter(set, [...at, '<set>'])
  }
}
`

/** Whether the same path leads to something in another engine, of which only the language is known. */
const IN_THE_LANGUAGE = `(path) => {
  let at = ROOTS[path[0]]
  for (const step of path.slice(1, -1)) at = next(at, step)
  return at !== undefined && at !== null && next(at, path.at(-1), true)
}`
const NEXT = `(at, step, isLast) => {
  if (at === undefined || at === null) return undefined
  if (step === '<prototype>') return Object.getPrototypeOf(at)
  if (step === '<get>') return at.get
  if (step === '<set>') return at.set
  const key = step[0] === '@' ? Reflect.ownKeys(at).find((one) => typeof one === 'symbol' && '@' + one.description === step) : step
  const found = key === undefined ? undefined : Reflect.getOwnPropertyDescriptor(at, key)
  if (isLast) return found !== undefined
  return found === undefined || 'value' in found ? found?.value : found
}`
const isOfTheLanguage: (path: string[]) => boolean = runInNewContext(
  `const ROOTS = ${ROOTS}; const next = ${NEXT}; ${IN_THE_LANGUAGE}`,
)

// Words of the language that the engine knows and the Node that tests may not; and the engine's own: a class of errors, and where a function stands.
const LANGUAGE = new Set(
  `InternalError Iterator Float16Array isError groupBy concat f16round sumPrecise escape try withResolvers getOrInsert getOrInsertComputed
  isDisjointFrom isSubsetOf isSupersetOf intersection difference symmetricDifference union detached transfer transferToFixedLength getFloat16
  setFloat16 fileName lineNumber columnNumber`.split(/\s+/),
)
// What the docs name: the engine's own, what the prelude of this test hands out, and the request.
const PUBLISHED = new Set(['ApiError', 'self', 'name', 'echo', 'never', 'log', 'req', 'params', 'result'])
// The name of the global object's kind, and the function that strict code finds as `callee`: it throws.
const ODDS = new Set(['global @Symbol.toStringTag', 'given callee <get> length', 'given callee <get> name'])
const isKnown = (path: readonly string[]): boolean =>
  ODDS.has(path.join(' ')) ||
  path.some((step) => LANGUAGE.has(step)) ||
  (path[0] === 'global' && PUBLISHED.has(path[1] ?? ''))

async function reachable(from: ScriptRunner): Promise<string[][]> {
  const found = await valueOf(from.run(job([apiStep(`const ROOTS = ${ROOTS}\n${WALK}\nresult = paths`)])))
  return found as string[][]
}

it('reaches nothing but the language and what is published', async () => {
  const paths = await reachable(runner)
  expect(paths.length).toBeGreaterThan(1_000)
  const beside = paths.filter((path) => !isKnown(path) && !isOfTheLanguage(path)).map((path) => path.join(' '))
  expect(beside).toEqual([])
})

it('notices what is handed out beside that, and what can make code from text', async () => {
  const leaky = PRELUDE.replace('...given,', '...given, host,')
  const leaking = await reachable(opening(openScriptRunner({ prelude: leaky })))
  expect(leaking.filter((path) => !isKnown(path) && !isOfTheLanguage(path))).toContainEqual(['global', 'host', 'call'])
  const hard = new Set((await reachable(runner)).map((path) => path.join(' ')))
  const soft = await reachable(opening(openWeakenedRunner({ prelude: PRELUDE, withoutDefences: ['intrinsics'] })))
  const held = soft.map((path) => path.join(' ')).filter((path) => !hard.has(path))
  expect(held).toEqual(expect.arrayContaining(['global eval', 'global SharedArrayBuffer', 'global WeakRef']))
})

it('refuses code from text by every function that a script can get hold of', async () => {
  // A maker of code is known by what it does: given a text, it answers with a function of that text.
  const tried = `const ROOTS = ${ROOTS}\n${WALK}
    const makers = []
    for (const value of seen) {
      if (typeof value !== 'function') continue
      for (const make of [() => value('return 42'), () => new value('return 42')]) {
        try {
          const made = make()
          if (typeof made === 'function' && made() === 42) makers.push(value.name)
        } catch {}
      }
    }
    result = { makers, functions: [...seen].filter((value) => typeof value === 'function').length }`
  const found = await valueOf(runner.run(job([apiStep(tried)])))
  expect(found).toMatchObject({ makers: [] })
  expect((found as { functions: number }).functions).toBeGreaterThan(500)
  const weak = opening(openWeakenedRunner({ prelude: PRELUDE, withoutDefences: ['intrinsics'] }))
  expect(await valueOf(weak.run(job([apiStep(tried)])))).toMatchObject({ makers: expect.arrayContaining(['Function']) })
})
