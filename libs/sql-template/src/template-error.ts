import { type Place, type Position, positionOf } from './source-text.js'

/** One thing that is wrong with a template: where, what, and what to write instead. */
export interface TemplateFault extends Position {
  readonly message: string
}

/** Thrown inside the compiler; `compileTemplate` turns it into a value. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'

  constructor(readonly faults: readonly TemplateFault[]) {
    super(faults.map((fault) => `line ${fault.line}, column ${fault.column}: ${fault.message}`).join('\n'))
  }
}

/** A fault at a place of a source. */
export function faultAt(place: Place, message: string): TemplateFault {
  return { ...positionOf(place), message }
}

/** An error that holds one fault. */
export function errorAt(place: Place, message: string): TemplateError {
  return new TemplateError([faultAt(place, message)])
}
