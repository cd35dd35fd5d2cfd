import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileTemplate, render } from './index.js'

interface Example {
  readonly template: string
  readonly values: string
  readonly kind: string
  readonly expected: string
}

const page = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8')
const BLOCKS = /```jinja\n([\s\S]*?)```\n+(?:```json\n([\s\S]*?)```\n+)?```(sql|text)\n([\s\S]*?)```/g
const examples = [...page.matchAll(BLOCKS)].map(
  ([, template = '', values = '{}', kind = '', expected = '']): Example => ({ template, values, kind, expected }),
)

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim()

function shown({ template, values }: Example): string {
  const compiled = compileTemplate(template, { dialect: 'postgres' })
  if (!compiled.ok)
    return compiled.faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`).join('\n')
  const result = render(compiled.program, JSON.parse(values) as Record<string, unknown>)
  if (!result.ok) return JSON.stringify(result.faults)
  const statements = result.statements.map(({ text, values: binds }) => {
    const list = binds.map((value, index) => `$${index + 1} = ${JSON.stringify(value)}`).join(', ')
    return binds.length === 0 ? text : `${text}\n-- ${list}`
  })
  return statements.join('\n;\n')
}

describe('docs/templates.md', () => {
  it('has examples, and all of them are read', () => {
    expect(examples).toHaveLength(page.split('```jinja').length - 1)
    expect(examples.length).toBeGreaterThan(9)
  })

  it.each(examples)('$template', (example) => {
    expect(squeezed(shown(example))).toBe(squeezed(example.expected))
  })
})
