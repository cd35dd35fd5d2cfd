import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileTemplate, render } from './index.js'

interface JinjaCase {
  readonly group: string
  readonly template: string
  /** The values of the table's "shared" come first. */
  readonly shared: boolean
  readonly values: Record<string, unknown>
  /** Texts as they are, values of {{ }} in a list of one. */
  readonly parts: readonly (string | readonly [unknown])[]
}

const table = JSON.parse(readFileSync(new URL('jinja-cases.json', import.meta.url), 'utf8')) as {
  shared: Record<string, unknown>
  cases: JinjaCase[]
}
const groups = groupBy(table.cases)

function groupBy(cases: readonly JinjaCase[]): Map<string, JinjaCase[]> {
  const found = new Map<string, JinjaCase[]>()
  for (const row of cases) found.set(row.group, [...(found.get(row.group) ?? []), row])
  return found
}

/** What our engine makes, with the binds put back where they stand. */
function ours(row: JinjaCase): unknown {
  const compiled = compileTemplate(row.template, { dialect: 'postgres' })
  if (!compiled.ok) return compiled.faults
  const result = render(compiled.program, row.shared ? { ...table.shared, ...row.values } : row.values)
  if (!result.ok) return result.faults
  const [statement, ...more] = result.statements
  if (statement === undefined) return []
  if (more.length > 0) return result.statements
  const pieces = statement.text.split(/\$(\d+)/)
  return pieces.flatMap((piece, index): unknown[] => {
    if (index % 2 === 1) return [[statement.values[Number(piece) - 1]]]
    return piece === '' ? [] : [piece]
  })
}

/** An object is bound as JSON text. */
function asBound(part: string | readonly [unknown]): unknown {
  if (typeof part === 'string') return part
  const [value] = part
  return [bound(value)]
}

function bound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bound)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

describe('the template language decides as Jinja2 does', () => {
  it.each([...groups])('%s', (_group, rows) => {
    const wrong = rows.flatMap((row) => {
      const expected = row.parts.map(asBound)
      const actual = ours(row)
      return JSON.stringify(actual) === JSON.stringify(expected)
        ? []
        : [{ template: row.template, values: row.values, expected, actual }]
    })
    expect(wrong).toEqual([])
  })

  it('is held to a table of thousands of answers', () => {
    expect(table.cases.length).toBeGreaterThan(3900)
  })
})
