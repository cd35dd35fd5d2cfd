import { inputInvalid } from './parse-input.js'

/** INPUT_INVALID that names the ids which are not there; nothing when all are. */
export function refuseMissing(field: string, missing: readonly string[]): void {
  if (missing.length > 0) throw inputInvalid([{ field, message: `does not exist: ${missing.slice(0, 20).join(', ')}` }])
}
