import { z } from 'zod'
import { HostFault } from './fault.js'
import type { SharedConnection } from './shared-connection.js'

/** What a text names, as DuckDB's own parser reads it. */
export interface CheckedText {
  /** Tables by the last part of their names. */
  readonly tables: readonly string[]
  /** SHOW and the like, which list what there is. */
  readonly lists: boolean
}

const parsed = z.union([
  z.object({ error: z.literal(false), statements: z.array(z.unknown()) }),
  z.object({
    error: z.literal(true),
    error_type: z.string(),
    error_message: z.string(),
    position: z.string().optional(),
  }),
])

/**
 * Functions that may stand in FROM: they read files below the allowed folder, which DuckDB itself sees to, or make rows of their arguments.
 * Others write files (`enable_logging`), end what runs (`checkpoint`) or run texts that nobody has looked at (`query`).
 */
const TABLE_FUNCTIONS = new Set(
  (
    'generate_series glob json_each json_tree parquet_bloom_probe parquet_file_metadata parquet_full_metadata ' +
    'parquet_kv_metadata parquet_metadata parquet_scan parquet_schema pragma_version range read_blob read_csv ' +
    'read_csv_auto read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto ' +
    'read_ndjson_objects read_parquet read_text repeat repeat_row sniff_csv summary unnest'
  ).split(' '),
)
const REFUSED_FUNCTIONS = new Set(['write_log'])
// As many texts as templates of one data source make in a day; each verdict is a few hundred bytes.
const VERDICTS_MAX = 2_000

/** Says of texts whether they are one SELECT that does nothing but read, by DuckDB's own parser. Remembers what it said. */
export class TextChecker {
  readonly #verdicts = new Map<string, CheckedText>()

  constructor(readonly own: SharedConnection) {}

  /** Throws a HostFault for what may not run. */
  async check(text: string): Promise<CheckedText> {
    const known = this.#verdicts.get(text)
    if (known !== undefined) return known
    const verdict = await this.#parse(text)
    if (this.#verdicts.size >= VERDICTS_MAX) this.#verdicts.clear()
    this.#verdicts.set(text, verdict)
    return verdict
  }

  async #parse(text: string): Promise<CheckedText> {
    const [row] = await this.own.rows('SELECT json_serialize_sql($1::VARCHAR)', [text])
    const outcome = parsed.parse(JSON.parse(String(row?.[0])))
    if (outcome.error) {
      // "Only SELECT statements can be serialized": everything else would do something.
      if (outcome.error_type === 'not implemented') throw new HostFault('not a read', outcome.error_message)
      const at = outcome.position
      throw new HostFault('Parser', outcome.error_message, at === undefined ? undefined : Number(at) + 1)
    }
    const found: Found = { tables: new Set(), lists: false }
    if (outcome.statements.length !== 1) {
      throw new HostFault('not a read', `${outcome.statements.length} statements where one is expected`)
    }
    walk(outcome.statements[0], found)
    return { tables: [...found.tables], lists: found.lists }
  }
}

interface Found {
  readonly tables: Set<string>
  lists: boolean
}

const node = z.record(z.string(), z.unknown())

/** Looks at every node of the tree; throws for a function that may not be called. */
function walk(value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, found)
    return
  }
  const { data } = node.safeParse(value)
  if (data === undefined) return
  const { type, table_name: table, function_name: name, function: called } = data
  if (type === 'BASE_TABLE' || type === 'SHOW_REF') {
    if (typeof table === 'string' && table !== '') found.tables.add(unquoted(table))
    if (type === 'SHOW_REF') found.lists = true
  }
  if (type === 'TABLE_FUNCTION') refuseUnless(nameOf(called), (known) => TABLE_FUNCTIONS.has(known))
  if (typeof name === 'string') refuseUnless(name, (known) => !REFUSED_FUNCTIONS.has(known))
  for (const child of Object.values(data)) walk(child, found)
}

/** SHOW keeps the quotes of a name. */
function unquoted(name: string): string {
  return /^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name
}

function nameOf(called: unknown): string {
  const name = node.safeParse(called).data?.['function_name']
  return typeof name === 'string' ? name : ''
}

function refuseUnless(name: string, mayCall: (known: string) => boolean): void {
  if (!mayCall(name.toLowerCase())) throw new HostFault('not a read', `${name}() does more than read files`)
}
