import { CompileState } from './compile-state.js'
import { dialectOf } from './dialect-of.js'
import type { DialectName } from './dialect.js'
import { deepFreeze } from './deep-freeze.js'
import { finishNodes } from './finish-nodes.js'
import { MacroLibrary, type MacroSource } from './macro-library.js'
import { type DeclaredParameter, PROGRAM_FORMAT, type SqlProgram } from './program.js'
import { sourceText } from './source-text.js'
import { SqlFlow } from './sql-flow.js'
import { TemplateCompiler } from './template-compiler.js'
import { TemplateError, type TemplateFault } from './template-error.js'
import { parseTemplate } from './template-parser.js'

/** A template longer than this is refused unless the caller says otherwise (SQL_TEMPLATE_MAX_SIZE). */
export const SOURCE_LENGTH_MAX = 1_000_000

export interface CompileOptions {
  readonly dialect: DialectName
  /** The library's macros; only those that the template calls are read and compiled in. */
  readonly macros?: readonly MacroSource[]
  /** The parameters of the API, as far as they are declared. They decide lists of names and the values that shapes are tried with. */
  readonly params?: readonly DeclaredParameter[]
  /** The longest source in characters. */
  readonly sourceLengthMax?: number
}

export type CompileResult =
  | { readonly ok: true; readonly program: SqlProgram }
  | { readonly ok: false; readonly faults: readonly TemplateFault[] }

/**
 * Compiles a template. A program that comes back is certain to write values as binds alone: what it can write as text is fixed here,
 * except names that match the strict pattern. Faults carry line and column, counted from 1.
 */
export function compileTemplate(source: string, options: CompileOptions): CompileResult {
  const { sourceLengthMax = SOURCE_LENGTH_MAX } = options
  if (source.length > sourceLengthMax) {
    const message = `The template has ${source.length} characters; at most ${sourceLengthMax} are allowed (SQL_TEMPLATE_MAX_SIZE)`
    return { ok: false, faults: [{ line: 1, column: 1, message }] }
  }
  try {
    return compileParsed(source, options)
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, faults: error.faults }
    throw error
  }
}

function compileParsed(source: string, options: CompileOptions): CompileResult {
  const { dialect, macros = [], params = [] } = options
  const state = new CompileState(dialectOf(dialect), params)
  const compiler = new TemplateCompiler(state, new MacroLibrary(macros))
  const placed = compiler.compile(parseTemplate(sourceText(source)), compiler.root)
  const flow = new SqlFlow(state)
  const nodes = finishNodes(flow.read(placed))
  if (flow.faults.length > 0) return { ok: false, faults: flow.faults }
  const program: SqlProgram = {
    format: PROGRAM_FORMAT,
    dialect,
    nodes,
    slots: state.slots,
    placeholders: state.placeholders,
    parameters: [...state.parameters.values()],
    branches: state.branches,
    macros: [...state.usedMacros],
    declared: params.filter((param) => state.parameters.has(param.name)),
  }
  return { ok: true, program: deepFreeze(program) }
}
