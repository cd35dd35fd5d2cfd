import type { PrepareFault, PrepareOutcome } from '@penstock/datasource'
import { DatabaseError } from 'pg'
import { z } from 'zod'
import type { Context } from './context.js'
import { Group } from './group.js'
import { learnTypes } from './learn-types.js'
import { toAppError } from './map-error.js'
import { IGNORED } from './rows-sink.js'
import type { Session } from './session.js'
import type { ColumnSource } from './type-catalog.js'

/** pg's Connection emits this message; pg's own client does not pass it on. */
const parameterDescription = z.object({ dataTypeIDs: z.array(z.number()) })

interface Described {
  readonly params: readonly number[]
  readonly columns: readonly ColumnSource[] | null
}

/** Prepares each text on the session; what the server says about a text is its outcome, a server that cannot answer is an error. */
export async function describeTexts(
  context: Context,
  session: Session,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly PrepareOutcome[]> {
  const outcomes: PrepareOutcome[] = []
  for (const text of texts) outcomes.push(await outcomeOf(context, session, text, signal))
  return outcomes
}

async function outcomeOf(
  context: Context,
  session: Session,
  text: string,
  signal: AbortSignal,
): Promise<PrepareOutcome> {
  const described = await describe(session, text)
  if (described instanceof Error) return { ok: false, fault: faultOf(described) }
  const { params, columns } = described
  const known = context.types.columns(columns ?? [])
  const unknown = [...known.unknown, ...params.filter((oid) => !context.types.knows(oid))]
  if (unknown.length > 0) await learnTypes(context, session, unknown, signal)
  return {
    ok: true,
    prepared: {
      paramTypes: params.map((oid) => context.types.name(oid)),
      fields: columns === null ? null : context.types.columns(columns).fields,
    },
  }
}

async function describe(session: Session, text: string): Promise<Described | Error> {
  let params: readonly number[] = []
  let columns: readonly ColumnSource[] | null = null
  const listen = (message: unknown): void => {
    params = parameterDescription.parse(message).dataTypeIDs
  }
  const { connection } = session.client
  connection.on('parameterDescription', listen)
  const sink = {
    ...IGNORED,
    columns: undefined,
    describe: (source: readonly ColumnSource[]) => void (columns = source),
  }
  const { failure } = await new Group(session, false).describe(text, sink).send()
  connection.off('parameterDescription', listen)
  return failure ?? { params, columns }
}

/** A fault of the text; what is no fault of it (a lost connection, a full server) is thrown. */
function faultOf(failure: Error): PrepareFault {
  const mapped = toAppError(failure)
  if (
    !(failure instanceof DatabaseError) ||
    (mapped.code !== 'STATEMENT_FAILED' && mapped.code !== 'STATEMENT_REJECTED')
  )
    throw mapped
  const position = Number(failure.position)
  return {
    code: failure.code ?? '',
    message: failure.message,
    position: Number.isInteger(position) && position > 0 ? position : undefined,
  }
}
