import { COMPARISON_OPERATORS } from './comparison-value.js'
import { quoteName } from './identifier.js'
import type { ProgramNode, SqlProgram } from './program.js'
import { type Casts, planOf, type RenderPlan } from './render-plan.js'

/** Where one statement ends and the next begins, in the one text that the statements of a call are joined to. */
const END = '\u0001'
const IDENTIFIER = '"[A-Za-z_][A-Za-z0-9_]*"(?:\\."[A-Za-z_][A-Za-z0-9_]*"){0,3}'

/**
 * Whether the statements of a call are ones that the program can make, with any values at all. It is written apart from the evaluator, as a
 * regular expression made of the same nodes, so that tests can hold one to the other: no text of a value can be in what it accepts.
 */
export function canProduce(program: SqlProgram, statements: readonly string[], casts?: Casts): boolean {
  const plan = planOf(program, casts)
  if (!statements.every(bindsAreNumbered)) return false
  const language = new RegExp(`^\\s*(?:${END}\\s*)*${grammar(program.nodes, plan)}\\s*(?:${END}\\s*)*$`, 'u')
  return language.test(statements.map((statement) => statement + END).join(''))
}

/** Binds count 1, 2, 3 … in the order in which they stand. */
function bindsAreNumbered(statement: string): boolean {
  const withoutQuotes = statement.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--.*|\/\*[\s\S]*?\*\//g,
    ' ',
  )
  return [...withoutQuotes.matchAll(/\$(\d+)/g)].every(([, number], index) => Number(number) === index + 1)
}

function grammar(nodes: readonly ProgramNode[], plan: RenderPlan): string {
  return nodes.map((node) => grammarOf(node, plan)).join('')
}

function grammarOf(node: ProgramNode, plan: RenderPlan): string {
  switch (node.kind) {
    case 'text':
      return escaped(node.text)
    case 'bind':
      return bind(node.id, plan)
    case 'split':
      return `\\s*(?:${END}\\s*)*`
    case 'if':
      return oneOf([...node.arms.map((arm) => grammar(arm.body, plan)), grammar(node.other, plan)])
    case 'for':
      return oneOf([`(?:${grammar(node.body, plan)})+`, grammar(node.other, plan)])
    case 'where':
      return `(?:${grammar(node.body, plan)})`
    case 'condition':
      return `(?:(?:WHERE | AND | OR )${grammar(node.body, plan)})?`
    case 'ident':
      return node.allowed === undefined
        ? IDENTIFIER.replaceAll('"', plan.dialect.quoteIdentifier('').charAt(0))
        : oneOf(node.allowed.map(([, name]) => escaped(quoteName(name, plan.dialect) ?? '')))
    case 'compare': {
      const [first, second] = node.ids.map((id) => bind(id, plan))
      const single = COMPARISON_OPERATORS.filter((operator) => operator !== 'between').map(escaped)
      return `(?:${oneOf(single)} ${first}|BETWEEN ${first} AND ${second})`
    }
    case 'set':
    case 'set-member':
    case 'reset':
      return ''
  }
}

/** A bind of any number: the numbers are checked apart, a regular expression cannot count. */
function bind(id: number, plan: RenderPlan): string {
  const one = escaped(plan.dialect.bindText(7777, plan.casts[id])).replace('7777', '\\d+')
  if (plan.dialect.lists !== 'spread' || plan.lists[id] !== true) return one
  return `(?:${escaped(plan.dialect.emptyList(plan.types[id]))}|\\((?:${one}, )*${one}\\))`
}

/** Blanks at the ends of statements are trimmed, so blanks match any number of blanks. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s*')
}

function oneOf(patterns: readonly string[]): string {
  return `(?:${patterns.join('|')})`
}
