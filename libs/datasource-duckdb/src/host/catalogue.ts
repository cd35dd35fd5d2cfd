import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Place } from '../protocol/messages.js'
import { fileKind, filesBelow, kindOfFolder, readingOf, type FileKind } from './file-kinds.js'
import type { SharedConnection } from './shared-connection.js'

/** A file, or a folder of files of one kind. */
interface Source {
  readonly path: string
  readonly kind: FileKind
  readonly isFolder: boolean
}

// Beyond this a folder is no data source but a heap; who has more puts them into folders.
const SOURCES_MAX = 5_000

/**
 * Makes a view for each file, and for each folder of files of one kind, when somebody asks for it: `sales.csv` is the table `sales`. Where two
 * would have the same name, each has that of its whole file.
 */
export class Catalogue {
  /** Views that are there, by their names in lower case, as DuckDB looks them up. */
  readonly #made = new Set<string>()

  constructor(
    readonly place: Place,
    readonly own: SharedConnection,
  ) {}

  /** Sees to it that these tables are there, as far as there are files for them. */
  async ensure(names: readonly string[]): Promise<void> {
    const missing = names.map((name) => name.toLowerCase()).filter((name) => !this.#made.has(name))
    if (missing.length === 0 || this.place.kind === 'database') return
    const sources = await this.#sources()
    for (const name of missing) {
      const source = sources.get(name)
      if (source !== undefined) await this.#make(name, source)
    }
  }

  /** The same for all that there is. A file that cannot be read is left out: it must not hide the others. */
  async ensureAll(max: number): Promise<void> {
    if (this.place.kind === 'database') return
    const names = [...(await this.#sources()).keys()].filter((name) => !this.#made.has(name)).slice(0, max)
    for (const name of names) await this.ensure([name]).catch(() => undefined)
  }

  /** Drops views whose files may have changed their form, so that `ensure` makes them anew. True when there were any. */
  async forget(names: readonly string[]): Promise<boolean> {
    const known = names.map((name) => name.toLowerCase()).filter((name) => this.#made.delete(name))
    for (const name of known) await this.own.rows(`DROP VIEW IF EXISTS ${quoted(name)}`)
    return known.length > 0
  }

  async #make(name: string, { path, kind, isFolder }: Source): Promise<void> {
    const first = isFolder ? await firstFile(path) : path
    if (first === undefined) return
    const from = await readingOf(kind, isFolder ? join(path, '**', `*${kind.suffix}`) : path, first)
    await this.own.rows(`CREATE OR REPLACE VIEW ${quoted(name)} AS SELECT * FROM ${from}`)
    this.#made.add(name)
  }

  async #sources(): Promise<ReadonlyMap<string, Source>> {
    const found = this.place.kind === 'file' ? single(this.place.path) : await inFolder(this.place.path)
    const stems = new Map<string, number>()
    for (const { stem } of found) stems.set(stem, (stems.get(stem) ?? 0) + 1)
    return new Map(
      found.map(({ stem, source }) => [stems.get(stem) === 1 ? stem : basename(source.path).toLowerCase(), source]),
    )
  }
}

/** A name in double quotes. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

interface Found {
  readonly stem: string
  readonly source: Source
}

function single(path: string): Found[] {
  const kind = fileKind(path)
  return kind === undefined ? [] : [{ stem: stemOf(basename(path), kind), source: { path, kind, isFolder: false } }]
}

async function inFolder(folder: string): Promise<Found[]> {
  const found: Found[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (found.length >= SOURCES_MAX) break
    // DuckDB would take these for patterns. Hidden files are somebody else's.
    if (entry.name.startsWith('.') || /[*?[]/.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isFile()) found.push(...single(path))
    if (!entry.isDirectory()) continue
    const kind = await kindOfFolder(path)
    if (kind !== undefined) found.push({ stem: entry.name.toLowerCase(), source: { path, kind, isFolder: true } })
  }
  return found
}

function stemOf(name: string, { suffix }: FileKind): string {
  return name.slice(0, -suffix.length).toLowerCase()
}

async function firstFile(folder: string): Promise<string | undefined> {
  for await (const path of filesBelow(folder)) if (fileKind(path) !== undefined) return path
  return undefined
}
