import { paramDefinition } from '@penstock/contracts'
import { describe, expect, it } from 'vitest'
import { compileScripts, SCRIPT_CHARACTERS_MAX, type ScriptTexts } from './compile-scripts.js'

const NOTHING: ScriptTexts = {
  main: undefined,
  path: 'transfers',
  params: [],
  transform: null,
  macros: [],
  unpublished: [],
}
const macro = (name: string, content: string) => ({
  macroId: `id of ${name}`,
  versionId: `v of ${name}`,
  name,
  content,
})
const money = macro(
  'money',
  'const CENTS = 100\nfunction toCents(amount: number): number { return round(amount * CENTS) }',
)
const rounding = macro('rounding', 'const round = (n) => Math.round(n)')
const unused = macro('unused', 'function neverCalled() {}')

const usedBy = (main: string, macros = [money, rounding, unused]) => {
  const { scripts, errors } = compileScripts({ ...NOTHING, main, macros })
  expect(errors).toEqual([])
  return scripts[0]?.unit.macros.map(({ name }) => name)
}

describe('compileScripts', () => {
  it('makes nothing of an API without scripts', () => {
    expect(compileScripts(NOTHING)).toEqual({ plan: undefined, scripts: [], usedMacros: [], errors: [] })
  })

  it('makes a plan of an API’s script, the validators of its parameters and its transform', () => {
    const { plan, errors } = compileScripts({
      ...NOTHING,
      main: 'export default (req: any) => req.params',
      params: [
        paramDefinition.parse({ name: 'plain' }),
        paramDefinition.parse({
          name: 'iban',
          validation_script: 'function validate(value) { return value.length > 4 }',
          message_when_fail: 'is no IBAN',
        }),
      ],
      transform: 'function transform(result) { return { data: result } }',
    })
    expect(errors).toEqual([])
    expect(plan?.main?.file).toEqual({ name: 'transfers', source: 'export default (req     ) => req.params' })
    expect(plan?.validators).toMatchObject([
      { param: 'iban', message: 'is no IBAN', unit: { file: { name: 'validator of iban' } } },
    ])
    expect(plan?.transform?.file.name).toBe('transform')
  })

  it('adds the macros whose names are used, with what they need before them, and no others', () => {
    expect(usedBy('export default (req) => toCents(req.params.amount)')).toEqual(['macro rounding', 'macro money'])
    expect(usedBy('export default () => round(1.5)')).toEqual(['macro rounding'])
  })

  it.each([
    ['a string', 'export default () => "toCents"'],
    ['a comment', '// toCents\nexport default () => 1'],
    ['a property', 'export default (req) => req.toCents'],
    ['a key', 'export default () => ({ toCents: 1 })'],
    ['a type', 'export default (a: toCents) => a'],
    ['a name of its own', 'const toCents = (n) => n\nexport default () => toCents(1)'],
    ['a parameter', 'export default ({ toCents }) => toCents(1)'],
    ['a local name', 'export default () => { const toCents = 1; return toCents }'],
  ])('does not take %s for the use of a macro', (_what, main) => {
    expect(usedBy(main)).toEqual([])
  })

  it('takes the later of two macros that declare a name: a module’s own comes after those of all', () => {
    const own = macro('own', 'function round(n) { return n }')
    expect(usedBy('export default () => round(1)', [rounding, own])).toEqual(['macro own'])
  })

  it('refuses two macros that would declare a name twice in one script', () => {
    const other = macro('other', 'const CENTS = 1\nconst other = 2')
    const { errors } = compileScripts({
      ...NOTHING,
      main: 'export default () => [toCents(1), other]',
      macros: [money, rounding, other],
    })
    expect(errors).toEqual([{ field: 'content', message: 'The macros money and other both declare CENTS' }])
  })

  it('names a macro that is not published yet as the reason why a name is not known', () => {
    const { errors } = compileScripts({
      ...NOTHING,
      main: 'export default () => toCents(1)',
      macros: [rounding],
      unpublished: [money],
    })
    expect(errors).toEqual([{ field: 'content', message: 'The macro money must be published before it can be used' }])
  })

  it('names the place of every fault at once', () => {
    const { errors } = compileScripts({
      ...NOTHING,
      main: 'export default () =>',
      params: [paramDefinition.parse({ name: 'a', validation_script: 'function validate( {' })],
      transform: ' ',
    })
    expect(errors.map(({ field }) => field)).toEqual(['content', 'params[0].validation_script', 'result_transform'])
    expect(errors[0]).toMatchObject({ line: 1, column: 21 })
  })

  it('bounds one script, and all scripts of an API together', () => {
    const long = `export default () => 1 // ${'x'.repeat(SCRIPT_CHARACTERS_MAX)}`
    expect(compileScripts({ ...NOTHING, main: long }).errors[0]?.message).toContain('at most 262144 are possible')
    const big = macro('big', `const big = 1 // ${'x'.repeat(SCRIPT_CHARACTERS_MAX - 100)}`)
    const params = Array.from({ length: 5 }, (_, at) =>
      paramDefinition.parse({ name: `p${at}`, validation_script: 'function validate() { return big > 0 }' }),
    )
    expect(compileScripts({ ...NOTHING, params, macros: [big] }).errors[0]?.message).toContain('at most 1048576')
  })

  it('names equal programs by equal hashes, and others by others', () => {
    const hashOf = (main: string) => compileScripts({ ...NOTHING, main, macros: [money, rounding] }).plan?.main?.hash
    expect(hashOf('export default () => 1')).toBe(hashOf('export default () => 1'))
    expect(hashOf('export default () => 1')).not.toBe(hashOf('export default () => 2'))
    expect(hashOf('export default () => round(1)')).not.toBe(hashOf('export default () => (1)'))
  })

  it('pins the macros that any of the scripts use, each once', () => {
    const { usedMacros } = compileScripts({
      ...NOTHING,
      main: 'export default () => round(1)',
      transform: 'function transform(result) { return round(result) }',
      macros: [money, rounding],
    })
    expect(usedMacros).toEqual([rounding])
  })
})
