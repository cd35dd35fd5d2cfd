import { transformSync } from '@swc/wasm-typescript'
import { parse, type Program } from 'acorn'

/** A file is a module of its own; a macro is evaluated before it, and what it declares is seen by what follows. */
export type ScriptForm = 'file' | 'macro'

/** Where a text cannot be read, in its author's lines; both numbers count from 1. */
export interface ScriptTextFault {
  readonly message: string
  readonly line: number | undefined
  readonly column: number | undefined
}

export type PlainScript =
  | {
      readonly ok: true
      /** JavaScript in the author's lines and columns. */
      readonly source: string
      readonly tree: Program
    }
  | { readonly ok: false; readonly fault: ScriptTextFault }

type Parsed = { readonly ok: true; readonly tree: Program } | { readonly ok: false; readonly fault: ScriptTextFault }
type Stripped = { readonly ok: true; readonly code: string } | { readonly ok: false; readonly fault: ScriptTextFault }

/**
 * JavaScript of a text in JavaScript or TypeScript. Types are replaced by blanks, so that every line and column stays where its author wrote
 * it. A text that is JavaScript already comes back as it is: `f(a < b, c > (d))` must not be read as a call with types.
 */
export function plainScript(text: string, form: ScriptForm): PlainScript {
  const asItIs = parsed(text, form)
  if (asItIs.ok) return { ok: true, source: text, tree: asItIs.tree }
  const stripped = withoutTypes(text)
  if (!stripped.ok) return stripped
  if (stripped.code === text) return asItIs
  const plain = parsed(stripped.code, form)
  return plain.ok ? { ok: true, source: stripped.code, tree: plain.tree } : plain
}

function parsed(source: string, form: ScriptForm): Parsed {
  try {
    const tree = parse(source, {
      ecmaVersion: 'latest',
      sourceType: form === 'file' ? 'module' : 'script',
      locations: true,
      ranges: true,
    })
    return { ok: true, tree }
  } catch (error) {
    return { ok: false, fault: faultOf(error) }
  }
}

function withoutTypes(text: string): Stripped {
  try {
    return { ok: true, code: transformSync(text, { mode: 'strip-only', module: true }).code }
  } catch (error) {
    return { ok: false, fault: faultOf(error) }
  }
}

function faultOf(error: unknown): ScriptTextFault {
  if (error instanceof RangeError) {
    return { message: 'The script is nested too deeply', line: undefined, column: undefined }
  }
  if (error instanceof SyntaxError && 'loc' in error) {
    // The parser puts the place behind its words, and counts columns from 0.
    const message = error.message.replace(/ \(\d+:\d+\)$/, '')
    return { message, ...placeOf(error.loc, 'line', 'column') }
  }
  if (isObject(error) && typeof error['message'] === 'string') {
    return { message: inOurWords(error['message']), ...placeOf(error, 'startLine', 'startColumn') }
  }
  throw error
}

function placeOf(place: unknown, line: string, column: string): Pick<ScriptTextFault, 'line' | 'column'> {
  const members = isObject(place) ? place : {}
  const [atLine, atColumn] = [members[line], members[column]]
  return {
    line: typeof atLine === 'number' ? atLine : undefined,
    column: typeof atColumn === 'number' ? atColumn + 1 : undefined,
  }
}

/** What TypeScript makes code of, and not only types, cannot be taken out. */
function inOurWords(message: string): string {
  return message
    .replace(/is not supported in (?:strip-only|type strip) mode\.?/, 'is not supported: only types are taken out.')
    .replace(/\.$/, '')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
