import { castLadder, type CastablePlaceholder } from './cast-ladder.js'
import type { PrepareFault, PrepareOutcome } from './driver.js'

/** Casts by placeholder id, for example `{ "3": "int8" }`. */
export type Casts = Readonly<Record<string, string>>

/** A text of the template with some casts in it; `placeholders[n - 1]` is the id of the placeholder that `$n` stands for. */
export interface CastableText {
  readonly text: string
  readonly placeholders: readonly number[]
}

export interface SettleRequest {
  /** The same texts in the same order for whatever casts. */
  readonly render: (casts: Casts) => readonly CastableText[]
  readonly placeholders: readonly CastablePlaceholder[]
  /** Prepares texts on the data source without running them. */
  readonly prepare: (texts: readonly string[]) => Promise<readonly PrepareOutcome[]>
}

export interface Settled {
  readonly casts: Casts
  /** The texts with their casts, and what the data source says of each. */
  readonly texts: readonly { readonly statement: CastableText; readonly outcome: PrepareOutcome }[]
}

/**
 * Finds the casts that a template's placeholders need, and no more. A placeholder without a cast is typed by the server from where it
 * stands, as a quoted literal is; casting all of them would break what works (`uuid = $1::text`) or lose an index. Only one that does not
 * resolve, or resolves to text though a number or a boolean is declared, gets the first cast of its ladder that prepares everywhere.
 */
export async function settleCasts(request: SettleRequest): Promise<Settled> {
  const known = new Map<string, PrepareOutcome>()
  const attempted = new Set<number>()
  let casts: Casts = {}
  for (;;) {
    const round = await prepared(request, casts, known)
    const needy = round.flatMap((entry) => needs(entry, request, casts)).find((id) => !attempted.has(id))
    if (needy === undefined) return { casts, texts: round }
    attempted.add(needy)
    const before = casts
    casts = await withCast(request, casts, needy, round, known)
    // A cast may have been what another placeholder was waiting for.
    if (casts !== before) for (const id of attempted) if (!(String(id) in casts)) attempted.delete(id)
  }
}

type Round = Settled['texts']
type Entry = Round[number]

async function prepared(request: SettleRequest, casts: Casts, known: Map<string, PrepareOutcome>): Promise<Round> {
  const statements = request.render(casts)
  const texts = [...new Set(statements.map(({ text }) => text))].filter((text) => !known.has(text))
  const outcomes = texts.length === 0 ? [] : await request.prepare(texts)
  texts.forEach((text, index) => {
    const outcome = outcomes[index]
    if (outcome !== undefined) known.set(text, outcome)
  })
  return statements.flatMap((statement) => {
    const outcome = known.get(statement.text)
    return outcome === undefined ? [] : [{ statement, outcome }]
  })
}

/** Ids of placeholders that this text shows to need a cast, most likely first. */
function needs({ statement, outcome }: Entry, { placeholders }: SettleRequest, casts: Casts): readonly number[] {
  const free = (id: number): boolean => !(String(id) in casts)
  if (!outcome.ok) return culprits(outcome.fault, statement).filter(free)
  return statement.placeholders.filter((id, index) => {
    const { type, list } = placeholders[id] ?? {}
    const isText = outcome.prepared.paramTypes[index] === (list === true ? '_text' : 'text')
    return free(id) && isText && type !== undefined && MEANS_NO_TEXT.has(type)
  })
}

const MEANS_NO_TEXT: ReadonlySet<string> = new Set(['integer', 'number', 'boolean'])

/** SQLSTATEs by which PostgreSQL says that it cannot tell a type, or an operator or function for want of types. */
const UNRESOLVED: ReadonlySet<string> = new Set(['42P18', '42P08', '42725', '42883', '42804'])

/** Those of them that may be about another placeholder next; after a cast that does not fit, the server says 42883. */
const STILL_UNRESOLVED: ReadonlySet<string> = new Set(['42P18', '42P08', '42725'])

function culprits(fault: PrepareFault, statement: CastableText): readonly number[] {
  if (!UNRESOLVED.has(fault.code)) return []
  // The message may be in any language, but it names the parameter as it is written.
  const named = /\$(\d+)/.exec(fault.message)?.[1]
  const id = named === undefined ? undefined : statement.placeholders[Number(named) - 1]
  return id === undefined ? byDistance(statement, fault.position ?? 0) : [id]
}

/** The nearest placeholders to a position first: an ambiguous operator stands beside its operands. */
function byDistance({ text, placeholders }: CastableText, position: number): readonly number[] {
  const distance = (ordinal: number): number => Math.abs(text.search(new RegExp(`\\$${ordinal}(?!\\d)`)) + 1 - position)
  return placeholders
    .map((id, index) => ({ id, distance: distance(index + 1) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ id }) => id)
}

async function withCast(
  request: SettleRequest,
  casts: Casts,
  id: number,
  before: Round,
  known: Map<string, PrepareOutcome>,
): Promise<Casts> {
  const placeholder = request.placeholders[id]
  if (placeholder === undefined) return casts
  for (const cast of castLadder(placeholder)) {
    const tried = { ...casts, [id]: cast }
    if (helps(id, before, await prepared(request, tried, known))) return tried
  }
  return casts
}

/** A cast helps when nothing that prepared is broken, and each fault of the placeholder's texts is gone or is about another one now. */
function helps(id: number, before: Round, after: Round): boolean {
  let better = false
  for (const [index, { statement, outcome }] of before.entries()) {
    if (!statement.placeholders.includes(id)) continue
    const now = after[index]?.outcome
    if (now === undefined || (outcome.ok && !now.ok)) return false
    if (outcome.ok || now.ok) better = true
    else if (now.fault.message !== outcome.fault.message) {
      if (!STILL_UNRESOLVED.has(now.fault.code)) return false
      better = true
    }
  }
  return better
}
