/** A failure that a person can mend: one sentence that says what is wrong and one that says how to mend it. */
export class Fault extends Error {
  constructor(sentence, fix, options) {
    super(sentence, options)
    this.name = 'Fault'
    this.fix = fix
  }
}

/** Two lines for a person; for a failure that nobody foresaw, the whole stack. */
export function explain(error) {
  if (!(error instanceof Fault)) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  return error.fix === undefined ? error.message : `${error.message}\n  → ${error.fix}`
}
