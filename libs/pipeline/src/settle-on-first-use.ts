import { settleCasts, type Casts, type PrepareOutcome } from '@penstock/datasource'
import { render, type RenderedStatement } from '@penstock/sql-template'
import { castablePlaceholders, type SqlUnit, type Verdict } from './sql-unit.js'

/** Prepares texts on a data source without running them. */
export type PrepareTexts = (texts: readonly string[], signal: AbortSignal) => Promise<readonly PrepareOutcome[]>

/** What was settled for one unproved template so far. */
interface Settling {
  /** Of all texts together; another object whenever one was added. */
  casts: Casts
  /** Texts without casts that were settled. */
  readonly texts: Map<string, Promise<void>>
  /** Of texts with casts. */
  readonly verdicts: Map<string, Verdict>
}

// As many shapes as publishing enumerates; a template that makes more runs those without casts.
const TEXTS_MAX = 256

const settlings = new WeakMap<SqlUnit, Settling>()

/**
 * The unit with the casts that this call's texts need. A unit that was proved while publishing comes back as it is; for others the data
 * source is asked the first time that a text appears, once for all calls that wait for it.
 */
export async function settleOnFirstUse(
  unit: SqlUnit,
  values: Readonly<Record<string, unknown>>,
  prepare: PrepareTexts | undefined,
  signal: AbortSignal,
): Promise<SqlUnit> {
  if (unit.proved || prepare === undefined) return unit
  const uncast = render(unit.program, values, { casts: unit.casts })
  if (!uncast.ok) return unit
  const settling = settlings.get(unit) ?? { casts: unit.casts, texts: new Map(), verdicts: new Map() }
  settlings.set(unit, settling)
  const name = uncast.statements.map(({ text }) => text).join('\u0000')
  if (!settling.texts.has(name) && settling.texts.size >= TEXTS_MAX) return unit
  let settled = settling.texts.get(name)
  if (settled === undefined) {
    settled = settle(unit, settling, uncast.statements, values, prepare, signal)
    settling.texts.set(name, settled)
    // A data source that did not answer is asked again by the next call.
    settled.catch(() => settling.texts.delete(name))
  }
  await settled
  return { ...unit, casts: settling.casts, verdicts: settling.verdicts }
}

async function settle(
  unit: SqlUnit,
  settling: Settling,
  uncast: readonly RenderedStatement[],
  values: Readonly<Record<string, unknown>>,
  prepare: PrepareTexts,
  signal: AbortSignal,
): Promise<void> {
  const renderWith = (casts: Casts): readonly RenderedStatement[] => {
    const rendered = render(unit.program, values, { casts: { ...settling.casts, ...casts } })
    return rendered.ok ? rendered.statements : []
  }
  const { casts, texts } = await settleCasts({
    render: renderWith,
    placeholders: castablePlaceholders(unit.program),
    prepare: (some) => prepare(some, signal),
  })
  if (Object.keys(casts).length > 0) settling.casts = Object.freeze({ ...settling.casts, ...casts })
  // A cast changes neither what a statement does to its session nor whether it writes.
  texts.forEach(({ statement }, index) => {
    const verdict = unit.verdicts.get(uncast[index]?.text ?? '')
    if (verdict !== undefined) settling.verdicts.set(statement.text, verdict)
  })
}
