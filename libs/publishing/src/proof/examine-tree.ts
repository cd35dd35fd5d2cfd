import { BUILT_IN_FUNCTIONS } from './builtin-functions.js'
import { PURE_NODES } from './pure-nodes.js'

/** What a parse tree says about its statement. */
export interface Examined {
  readonly kind: string
  readonly returnsRows: boolean | undefined
  readonly clean: boolean
  readonly reads: boolean | undefined
  readonly controlsTransaction: boolean
}

const WRITING: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'])
const SHOWING: ReadonlySet<string> = new Set(['VariableShowStmt', 'ExplainStmt', 'FetchStmt'])
const UNKNOWABLE: ReadonlySet<string> = new Set(['CallStmt', 'DoStmt', 'ExecuteStmt', 'VariableSetStmt'])

/** Examines one statement as the parser gives it: an object with the node's name as its only key. */
export function examine(statement: Readonly<Record<string, unknown>>): Examined {
  const [name = '', body] = Object.entries(statement)[0] ?? []
  const found = new TreeWalk()
  found.node(name, body)
  const clean = name === 'SelectStmt' && found.pure
  return {
    kind: name.replace(/Stmt$/, '').toLowerCase(),
    returnsRows: answersRows(name, body),
    clean,
    reads: doesRead(name, clean, found),
    controlsTransaction: name === 'TransactionStmt',
  }
}

function answersRows(name: string, body: unknown): boolean | undefined {
  if (name === 'SelectStmt') return !(isObject(body) && 'intoClause' in body)
  if (SHOWING.has(name)) return true
  if (WRITING.has(name)) return isObject(body) && ('returningList' in body || 'returningClause' in body)
  return UNKNOWABLE.has(name) ? undefined : false
}

function doesRead(name: string, clean: boolean, found: TreeWalk): boolean | undefined {
  if (found.writes) return false
  if (clean || name === 'VariableShowStmt') return true
  if (name === 'SelectStmt') return undefined
  // EXPLAIN runs its statement only with ANALYZE; a statement that writes has been seen above.
  if (name === 'ExplainStmt') return found.pure ? true : undefined
  return UNKNOWABLE.has(name) ? undefined : false
}

/**
 * Walks the whole tree. Pure means: only nodes that are listed, only built-in functions that are listed, only operators by their plain
 * names. What the parser learns in a later version is not listed, so it is not pure until somebody has looked at it.
 */
class TreeWalk {
  pure = true
  writes = false

  node(name: string, body: unknown): void {
    if (WRITING.has(name)) this.writes = true
    if (name === 'IntoClause' || name === 'LockingClause') this.writes = true
    if (!PURE_NODES.has(name)) this.pure = false
    if (name === 'FuncCall' && isObject(body) && !isListedFunction(body['funcname'])) this.pure = false
    // OPERATOR(schema.+) may be anybody's function; a plain name may be too, but only for types that are somebody's own.
    if (name === 'A_Expr' && isObject(body) && names(body['name']).length > 1) this.pure = false
    this.#value(body)
  }

  #value(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#value(item)
      return
    }
    if (!isObject(value)) return
    for (const [key, member] of Object.entries(value)) {
      // The parser writes nodes as `{ Name: {…} }` and a field whose type is fixed without that name.
      if (key === 'intoClause' || key === 'lockingClause') {
        this.writes = true
        this.pure = false
      }
      if (/^[A-Z]/.test(key)) this.node(key, member)
      else this.#value(member)
    }
  }
}

function isListedFunction(funcname: unknown): boolean {
  const parts = names(funcname)
  const name = parts.at(-1)
  if (name === undefined || (parts.length === 2 && parts[0] !== 'pg_catalog') || parts.length > 2) return false
  return BUILT_IN_FUNCTIONS.has(name)
}

/** The words of a name: `[{ String: { sval } }, …]`. */
function names(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown) => {
    const inner = isObject(item) ? item['String'] : undefined
    const text = isObject(inner) ? inner['sval'] : undefined
    return typeof text === 'string' ? [text] : []
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
