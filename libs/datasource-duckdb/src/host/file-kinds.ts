import { open, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import { literal } from './literal.js'

/** A kind of file that DuckDB reads as a table. */
export interface FileKind {
  /** End of the file's name, in lower case. */
  readonly suffix: string
  readonly format: 'parquet' | 'csv' | 'tsv' | 'json'
}

const KINDS: readonly FileKind[] = [
  { suffix: '.parquet', format: 'parquet' },
  { suffix: '.csv', format: 'csv' },
  { suffix: '.csv.gz', format: 'csv' },
  { suffix: '.tsv', format: 'tsv' },
  { suffix: '.tsv.gz', format: 'tsv' },
  { suffix: '.json', format: 'json' },
  { suffix: '.json.gz', format: 'json' },
  { suffix: '.jsonl', format: 'json' },
  { suffix: '.jsonl.gz', format: 'json' },
  { suffix: '.ndjson', format: 'json' },
  { suffix: '.ndjson.gz', format: 'json' },
]
const HEAD_BYTES = 65_536
// DuckDB reads as many as there are; these are looked at to tell what kind they are.
const FILES_MAX = 10_000
const DELIMITERS = [',', ';', '\t', '|'] as const

/** The kind of a file by its name; undefined for what is no table. */
export function fileKind(name: string): FileKind | undefined {
  return KINDS.find(({ suffix }) => name.endsWith(suffix) && name.length > suffix.length)
}

/** The kind of all files below a folder; undefined when there are several kinds, or none. */
export async function kindOfFolder(folder: string): Promise<FileKind | undefined> {
  let kind: FileKind | undefined
  for await (const path of filesBelow(folder)) {
    const next = fileKind(path)
    if (next === undefined) continue
    if (kind !== undefined && next !== kind) return undefined
    kind = next
  }
  return kind
}

/** Files at any depth, as many as are worth looking at; symbolic links are not followed. */
export async function* filesBelow(folder: string): AsyncGenerator<string> {
  let seen = 0
  for await (const entry of await opendir(folder, { recursive: true })) {
    seen += 1
    if (seen > FILES_MAX) return
    if (entry.isFile()) yield join(entry.parentPath, entry.name)
  }
}

/**
 * What stands in FROM to read a path or pattern. Nothing of the form of a CSV is guessed but the types of its columns: guessing has been
 * seen to drop the rule for quotes because of one bad line, and to load what it then found. A line that breaks the rules fails the statement.
 */
export async function readingOf({ format }: FileKind, path: string, first: string): Promise<string> {
  const where = literal(path)
  const union = path === first ? '' : ', union_by_name = true'
  switch (format) {
    case 'parquet':
      return `read_parquet(${where}${union})`
    case 'json':
      return `read_json(${where}${union})`
    case 'csv':
    case 'tsv': {
      const delimiter = format === 'tsv' ? '\t' : delimiterOf(await headOf(first))
      return `read_csv(${where}, header = true, delim = ${literal(delimiter)}, quote = '"', escape = '"', strict_mode = true${union})`
    }
  }
}

/** The first line of a file, as far as its first 64 KB hold it. */
async function headOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES)
    const bytes = buffer.subarray(0, bytesRead)
    const text = path.endsWith('.gz') ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes
    return text.toString('utf8').split(/[\r\n]/)[0] ?? ''
  } finally {
    await file.close()
  }
}

/** What the names of the columns are divided by: of the usual characters the one that the first line has most of outside of quotes. */
function delimiterOf(line: string): string {
  const code = line.replace(/"(?:[^"]|"")*"/g, '')
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: code.split(delimiter).length }))
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter
}
