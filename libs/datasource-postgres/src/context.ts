import type { ConnectionSettings, RunOptions, SessionPool, Statement } from '@penstock/datasource'
import type { Group } from './group.js'
import { IGNORED, type Sink } from './rows-sink.js'
import type { Session } from './session.js'
import { SET_LOCAL_TIMEOUT, setLocalEverything } from './session-settings.js'
import type { ShortReads } from './short-reads.js'
import type { Columns, TypeCatalog } from './type-catalog.js'

/** What the parts of one open driver share. */
export interface Context {
  readonly settings: ConnectionSettings
  readonly pool: SessionPool<Session>
  readonly types: TypeCatalog
  /** Texts that met their row cap: from then on the server is told the cap. */
  readonly capped: Set<string>
  readonly shortReads: ShortReads
}

/** How statements are wrapped: `none` relies on the session, which is read-only by default. */
export type Wrapping = 'none' | 'read' | 'snapshot' | 'write'

const BEGIN: Readonly<Record<Exclude<Wrapping, 'none'>, string>> = {
  read: 'begin read only',
  // Several reads see one state of the data: a page and its total agree.
  snapshot: 'begin isolation level repeatable read, read only',
  write: 'begin read write',
}

/** A clean read needs no transaction, except behind a pooler, where the session is not ours. */
export function wrappingOf(context: Context, statements: readonly Statement[], options: RunOptions): Wrapping {
  const alone = statements.length === 1
  if (alone && statements[0]?.clean === true) return context.settings.transactionPooler ? 'read' : 'none'
  if (options.mode === 'write') return 'write'
  return alone ? 'read' : 'snapshot'
}

/** Adds what comes before the statements. */
export function open(group: Group, context: Context, wrapping: Wrapping, timeoutMs: number): void {
  const wholeMs = Math.max(1, Math.ceil(timeoutMs)) // 0 would mean no timeout
  if (wrapping === 'none') {
    group.statementTimeout(wholeMs)
    return
  }
  const timeout = String(wholeMs)
  group.control(BEGIN[wrapping])
  if (context.settings.transactionPooler) {
    const local = setLocalEverything(context.settings)
    group.statement(local.text, [timeout, ...local.values], ownSink(), 0)
  } else group.statement(SET_LOCAL_TIMEOUT, [timeout], ownSink(), 0)
}

/** Adds what comes after them. A write that is only tried out fails where its commit would have failed. */
export function finish(group: Group, wrapping: Wrapping, discard: boolean): void {
  if (wrapping === 'none') return
  if (wrapping === 'write' && discard) group.control('set constraints all immediate')
  group.control(wrapping === 'write' && !discard ? 'commit' : 'rollback')
}

function ownSink(): Sink & { columns: Columns | undefined } {
  return { ...IGNORED, columns: undefined }
}
