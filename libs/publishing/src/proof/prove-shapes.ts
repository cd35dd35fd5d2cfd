import {
  settleCasts,
  type CastablePlaceholder,
  type CastableText,
  type Casts,
  type PrepareOutcome,
} from '@penstock/datasource'
import type { ProvenShape } from '@penstock/contracts'
import { AppError, type Fault } from '@penstock/errors'
import { analyseStatement, type StatementAnalysis } from './analyse-statement.js'

/** Where a character of a rendered text comes from in the template, both counted from 1. */
export interface TemplatePlace {
  readonly line: number
  readonly column: number
}

/** One text that the template can make. */
export interface ShapeText extends CastableText {
  /** The place in the template of a character of the text, counted from 1; undefined when it is not known. */
  readonly placeOf?: (character: number) => TemplatePlace | undefined
}

export interface ProofRequest {
  /** Every text of every shape, with the given casts; always the same texts in the same order. */
  readonly render: (casts: Casts) => readonly ShapeText[]
  readonly placeholders: readonly CastablePlaceholder[]
  /** Says what a text does, without any server; left out: PostgreSQL's own parser. */
  readonly analyse?: (text: string) => StatementAnalysis | Promise<StatementAnalysis>
  /** Prepares texts on the data source; undefined when there is none to ask. */
  readonly prepare: ((texts: readonly string[]) => Promise<readonly PrepareOutcome[]>) | undefined
}

export interface Proof {
  readonly casts: Casts
  /** One for each different text. */
  readonly shapes: readonly ProvenShape[]
  /** True when every text was prepared on the data source; false when it was not there to be asked. */
  readonly proved: boolean
  /** Why texts would fail when they are called; empty when all is well. */
  readonly faults: readonly Fault[]
  /** Why the data source could not be asked, for logs. */
  readonly unreachable?: string
}

// A template with one wrong column has that fault in every shape; nobody reads more.
const FAULTS_MAX = 20

/**
 * Proves what a template can make: prepares every text on its data source, finds the casts that its placeholders need, and classifies each
 * text with the analysis of its dialect. A data source that cannot be reached leaves it unproved, which is no fault.
 */
export async function proveShapes(request: ProofRequest): Promise<Proof> {
  const { analyse = analyseStatement } = request
  const asked = await ask(request)
  const texts = request.render(asked.casts)
  const shapes: ProvenShape[] = []
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (const [index, shape] of texts.entries()) {
    if (seen.has(shape.text)) continue
    seen.add(shape.text)
    const analysis = await analyse(shape.text)
    const fault = faultOf(shape, analysis, asked.outcomes?.[index])
    if (fault === undefined) shapes.push(provenShape(shape.text, analysis))
    else addOnce(faults, fault)
  }
  return {
    casts: asked.casts,
    shapes,
    proved: asked.outcomes !== undefined,
    faults: faults.slice(0, FAULTS_MAX),
    ...(asked.unreachable !== undefined && { unreachable: asked.unreachable }),
  }
}

interface Asked {
  readonly casts: Casts
  readonly outcomes?: readonly PrepareOutcome[]
  readonly unreachable?: string
}

async function ask({ render, placeholders, prepare }: ProofRequest): Promise<Asked> {
  if (prepare === undefined) return { casts: {} }
  try {
    const settled = await settleCasts({ render, placeholders, prepare })
    return { casts: settled.casts, outcomes: settled.texts.map(({ outcome }) => outcome) }
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('DATASOURCE_')) throw error
    return { casts: {}, unreachable: error.message }
  }
}

function provenShape(text: string, analysis: StatementAnalysis): ProvenShape {
  if (!analysis.ok) return { text, clean: false }
  return { text, clean: analysis.clean, ...(analysis.reads !== undefined && { reads: analysis.reads }) }
}

/** The server's word counts where there is one: it may know more than the parser. Without it, a text that does not parse is wrong. */
function faultOf(
  shape: ShapeText,
  analysis: StatementAnalysis,
  outcome: PrepareOutcome | undefined,
): Fault | undefined {
  if (analysis.ok && analysis.controlsTransaction) {
    return {
      message: 'A call is one transaction: its statements may not begin, end or divide it',
      ...placeOf(shape, 1),
    }
  }
  if (outcome?.ok === false) return { message: outcome.fault.message, ...placeOf(shape, outcome.fault.position) }
  if (outcome === undefined && !analysis.ok) return { message: analysis.message, ...placeOf(shape, analysis.position) }
  return undefined
}

function placeOf(shape: ShapeText, position: number | undefined): Partial<TemplatePlace> {
  return (position === undefined ? undefined : shape.placeOf?.(position)) ?? {}
}

function addOnce(faults: Fault[], fault: Fault): void {
  const same = ({ message, line, column }: Fault): boolean =>
    message === fault.message && line === fault.line && column === fault.column
  if (!faults.some(same)) faults.push(fault)
}
