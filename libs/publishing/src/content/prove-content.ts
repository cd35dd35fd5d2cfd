import type { HttpMethod, PagingDefinition, ProvenShape, SqlPlan } from '@penstock/contracts'
import type { PrepareOutcome } from '@penstock/datasource'
import type { Fault } from '@penstock/errors'
import { isPagingDialect } from '@penstock/paging'
import { castablePlaceholders } from '@penstock/pipeline'
import { enumerateShapes, type Casts, type Shape, type ShapeReport, type SqlProgram } from '@penstock/sql-template'
import { PROOF_RULES } from '../proof/proof-rules.js'
import { lonelyWrites } from '../proof/lonely-writes.js'
import { provePaging } from '../proof/prove-paging.js'
import { proveShapes, type Proof, type ShapeText } from '../proof/prove-shapes.js'
import { textWithCasts } from '../proof/text-with-casts.js'
import { onlyOneStatement } from './check-paging.js'
import { placeInSource } from './place-in-source.js'

export interface ProofOfContent {
  readonly program: SqlProgram
  readonly content: string
  readonly method: HttpMethod
  /** Null, or left out: all rows are handed out at once. */
  readonly paging?: PagingDefinition | null
  /** Prepares texts on the data source; undefined when there is none to ask. */
  readonly prepare: ((texts: readonly string[]) => Promise<readonly PrepareOutcome[]>) | undefined
}

/** What publishing found out about a template that compiles. */
export interface ProvenContent {
  readonly plan: SqlPlan
  readonly errors: readonly Fault[]
  readonly warnings: readonly Fault[]
  readonly counts: ProofCounts
  /** True when some statement writes; null when it could not be told of one. */
  readonly writes: boolean | null
}

export interface ProofCounts {
  /** Different statements that the template makes in the calls that were tried. */
  readonly shapes: number
  /** How many of them the data source has prepared. */
  readonly proved: number
  /** Arms of conditions, and pairs of neighbouring ones, that some of the tried calls take; and how many there are. */
  readonly covered: number
  readonly total: number
  /** Why the data source could not be asked. */
  readonly reason?: string
}

/**
 * Tries every kind of statement that the template can make on its data source, without running any. What fails only in calls that were not
 * found to be possible is a warning.
 */
export async function proveContent(given: ProofOfContent): Promise<ProvenContent> {
  const report = enumerateShapes(given.program)
  const all = await prove(given, report, () => true)
  const reachable = all.faults.length === 0 ? all : await prove(given, report, ({ reachable: possible }) => possible)
  const reads = reachable.shapes.map((shape) => shape.reads)
  const paging = reachable.faults.length > 0 ? [] : await pagesOf(given, report, reachable)
  return {
    plan: {
      program: { ...given.program },
      casts: reachable.casts,
      shapes: [...reachable.shapes],
      proved: reachable.proved,
    },
    errors: [
      ...reachable.faults.map(inContent),
      ...writeFaults(given.method, reachable.shapes),
      ...lonelyWrites(given.program.dialect, report.shapes, reachable.shapes).map(inContent),
      ...paging,
    ],
    warnings: all === reachable || reachable.faults.length > 0 ? [] : all.faults.map(perhaps),
    counts: {
      shapes: reachable.shapes.length + reachable.faults.length,
      proved: reachable.proved ? reachable.shapes.length : 0,
      covered: report.covered,
      total: report.total,
      ...(reachable.unreachable === undefined ? {} : { reason: 'The data source could not be asked' }),
    },
    writes: reads.includes(false) ? true : reads.includes(undefined) ? null : false,
  }
}

/** Faults of dividing what the template makes into pages. */
async function pagesOf(
  { paging, program, prepare }: ProofOfContent,
  report: ShapeReport,
  proof: Proven,
): Promise<readonly Fault[]> {
  if (paging === undefined || paging === null || !isPagingDialect(program.dialect)) return []
  const faults = onlyOneStatement(report)
  if (faults.length > 0) return faults
  if (proof.shapes.some(({ reads }) => reads === false))
    return [{ field: 'paging', message: 'Paging needs a statement that only reads' }]
  const proved = new Set(proof.shapes.map(({ text }) => text))
  const shapes = proof.texts
    .filter(({ text }) => proved.has(text))
    .map(({ text, placeholders }) => ({ text, valueCount: placeholders.length }))
  return provePaging({ paging, program, shapes, prepare: proof.proved ? prepare : undefined })
}

/** A proof, and the texts that it is of. */
type Proven = Proof & { readonly texts: readonly ShapeText[] }

async function prove(given: ProofOfContent, report: ShapeReport, wanted: (shape: Shape) => boolean): Promise<Proven> {
  const statements = report.shapes.filter(wanted).flatMap((shape) => shape.statements)
  const { analyse, casts: mayCast } = PROOF_RULES[given.program.dialect]
  const writers = mayCast
    ? await Promise.all(statements.map(({ text, placeholders }) => textWithCasts(text, placeholders)))
    : []
  const render = (casts: Casts): ShapeText[] =>
    statements.map(({ text: plain, placeholders }, index) => {
      const text = writers[index]?.(casts) ?? plain
      return { text, placeholders, placeOf: (character) => placeInSource(given.content, text, character) }
    })
  const proof = await proveShapes({
    render,
    placeholders: castablePlaceholders(given.program),
    prepare: given.prepare,
    analyse,
  })
  return { ...proof, texts: render(proof.casts) }
}

function writeFaults(method: HttpMethod, shapes: readonly ProvenShape[]): Fault[] {
  if (method !== 'GET' || shapes.every(({ reads }) => reads !== false)) return []
  return [{ field: 'content', message: 'A GET API only reads, and this template writes: take another method' }]
}

function inContent(fault: Fault): Fault {
  return { field: 'content', ...fault }
}

function perhaps(fault: Fault): Fault {
  return { field: 'content', ...fault, message: `Perhaps, in calls that may never come: ${fault.message}` }
}
