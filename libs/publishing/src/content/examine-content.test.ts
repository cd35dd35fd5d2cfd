import { paramDefinition, type ParamDefinition } from '@penstock/contracts'
import { describe, expect, it } from 'vitest'
import { examineContent, type Content } from './examine-content.js'
import { mentionedMacros } from './mentioned-macros.js'

const param = (definition: Record<string, unknown>): ParamDefinition => paramDefinition.parse(definition)
const examine = (given: Partial<Content>) =>
  examineContent({
    method: 'GET',
    path: 'flights',
    content: 'SELECT 1',
    params: [],
    engine: 'SQL',
    dialect: 'postgres',
    macros: [],
    unpublishedMacros: [],
    lengthMax: 1000,
    ...given,
  })
const macro = (name: string, content: string) => ({ macroId: name, versionId: `${name}-1`, name, content })

describe('examineContent', () => {
  it('finds nothing wrong with what agrees', () => {
    const { program, errors, warnings } = examine({
      path: '/flights/{id}/',
      content: 'SELECT * FROM flights WHERE id = {{ id }}',
      params: [param({ name: 'id', location: 'path', data_type: 'integer', required: true })],
    })
    expect(errors).toEqual([])
    expect(warnings).toEqual([])
    expect(program).toBeDefined()
  })

  it('names every fault of path, parameters and template at once, with line and column', () => {
    const { errors } = examine({
      path: 'token/{id}',
      content: "SELECT *\nFROM flights WHERE origin = '{{ origin }}'",
      params: [param({ name: 'a' }), param({ name: 'a' })],
    })
    expect(errors).toEqual([
      expect.objectContaining({ field: 'path' }),
      expect.objectContaining({ field: 'content', line: 2, column: 30 }),
      expect.objectContaining({ field: 'params[0]', message: expect.stringContaining('twice') }),
    ])
  })

  it('names the parameter that the template reads and nobody defined, and where', () => {
    expect(examine({ content: 'SELECT {{ nowhere }}' }).errors).toEqual([
      {
        field: 'content',
        message: 'The template reads nowhere, but no parameter of that name is defined',
        line: 1,
        column: expect.any(Number),
      },
    ])
  })

  it.each([
    ['flights/{id}', 'query'],
    ['flights', 'path'],
  ])('refuses the path %s with a parameter id from the %s', (path, location) => {
    const { errors } = examine({ path, content: 'SELECT {{ id }}', params: [param({ name: 'id', location })] })
    expect(errors).toHaveLength(1)
    expect(errors[0]?.message).toContain('id')
  })

  it('warns of a definition that the template does not read', () => {
    const { errors, warnings } = examine({ params: [param({ name: 'unused' })] })
    expect(errors).toEqual([])
    expect(warnings.map(({ field }) => field)).toEqual(['params[0]'])
  })

  it('compiles in the macros that it is given, the later one of two of the same name', () => {
    const macros = [macro('m', '{% macro m() %}1{% endmacro %}'), macro('m', '{% macro m() %}2{% endmacro %}')]
    const { program, errors } = examine({ content: 'SELECT {{ m() }}', macros })
    expect(errors).toEqual([])
    expect(JSON.stringify(program)).toContain('2')
  })

  it('says that a macro must be published before it can be used', () => {
    const { errors } = examine({ content: 'SELECT {{ page_of(1) }}', unpublishedMacros: ['page_of', 'other'] })
    expect(errors[0]).toEqual({
      field: 'content',
      message: 'The macro page_of must be published before it can be used',
    })
  })
})

describe('mentionedMacros', () => {
  it('finds the macros whose blocks are mentioned, and those that they mention, in the order given', () => {
    const macros = [
      macro('c', '{% macro c() %}3{% endmacro %}'),
      macro('b', '{%- macro inner() %}{{ c() }}{% endmacro %}'),
      macro('unused', '{% macro unused() %}{% endmacro %}'),
      macro('a', '{% macro a() %}{{ inner() }}{% endmacro %}'),
    ]
    expect(mentionedMacros('SELECT {{ a() }}', macros).map(({ name }) => name)).toEqual(['c', 'b', 'a'])
    expect(mentionedMacros('SELECT aa, b', macros)).toEqual([])
  })
})
