import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import ts from 'typescript'
import { expect, it } from 'vitest'

const guest = (file: string) => new URL(`../guest/${file}`, import.meta.url).pathname
const TYPES = guest('penstock-script.d.ts')

/** Names of members, and of theirs as far as they are objects that scripts are given. */
type Shape = 'function' | 'value' | { readonly [name: string]: Shape }

/** What the guest code really gives, evaluated as the engine does: each file is an expression behind comments. */
function given(): { readonly [name: string]: Shape } {
  const expression = (file: string) =>
    `(${readFileSync(guest(file), 'utf8')
      .replace(/^(?:\s*\/\/[^\n]*\n)*;?/, '')
      .trimEnd()})`
  const prelude: unknown = runInNewContext(
    `${expression('surroundings.js')}(${expression('digests.js')}, ${expression('time.js')})`,
  )
  if (typeof prelude !== 'function') throw new Error('the guest code is no function')
  const context = { env: {}, ds: { name: 'orders', type: 'postgres' }, entropy: '00' }
  const host = { call: () => Promise.resolve('{"ok":null}'), log: () => undefined, zone: 'UTC', offsetAt: () => 0 }
  const all: unknown = prelude(host, JSON.stringify(context))
  return members(all)
}

function members(value: unknown): { readonly [name: string]: Shape } {
  const shapeOf = (member: unknown): Shape =>
    typeof member === 'function'
      ? 'function'
      : typeof member === 'object' && member !== null
        ? members(member)
        : 'value'
  return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, shapeOf(member)]))
}

const program = ts.createProgram([TYPES], { strict: true, lib: ['lib.es2023.d.ts'], types: [] })
const checker = program.getTypeChecker()
const source = program.getSourceFile(TYPES)

/** What the declarations say of the second argument of a script. */
function declared(): { readonly [name: string]: Shape } {
  const shapeOf = (type: ts.Type): Shape => {
    const present = checker.getNonNullableType(type)
    if (present.getCallSignatures().length > 0) return 'function'
    if ((present.flags & ts.TypeFlags.Object) === 0) return 'value'
    return membersOf(present)
  }
  const membersOf = (type: ts.Type): { readonly [name: string]: Shape } =>
    Object.fromEntries(
      type.getProperties().map((symbol) => [symbol.name, shapeOf(checker.getTypeOfSymbol(symbol))] as const),
    )
  const [context] = declarations().filter((node) => ts.isInterfaceDeclaration(node) && node.name.text === 'Context')
  if (context === undefined) throw new Error('no interface Context')
  return membersOf(checker.getTypeAtLocation(context))
}

function declarations(): ts.Statement[] {
  return (source?.statements ?? []).flatMap((statement) =>
    ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body)
      ? [...statement.body.statements]
      : [],
  )
}

it('declares exactly what scripts are given, member by member', () => {
  expect(declared()).toEqual(given())
})

it('declares every member as a global, too, beside what only some scripts have', () => {
  const globals = (source?.statements ?? []).flatMap((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name.getText(source))
      : [],
  )
  expect(globals.sort()).toEqual([...Object.keys(given()), 'params', 'req', 'result'].sort())
})
