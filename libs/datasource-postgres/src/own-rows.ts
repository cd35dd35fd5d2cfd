import { Group } from './group.js'
import { BufferedRows } from './rows-sink.js'
import type { Session } from './session.js'
import type { TypeCatalog } from './type-catalog.js'

/** Runs a query of our own on an idle session and gives its rows. Rejects with what the server or the socket said. */
export async function ownRows(
  types: TypeCatalog,
  session: Session,
  text: string,
  values: readonly string[],
): Promise<readonly (readonly (string | null)[])[]> {
  const sink = new BufferedRows({ rowsLeft: Infinity, bytesLeft: Infinity }, types, undefined)
  const { failure } = await new Group(session, false).statement(text, values, sink, 0).send()
  if (failure !== undefined) throw failure
  const result = sink.result()
  return result.kind === 'rows' ? result.rows : []
}
