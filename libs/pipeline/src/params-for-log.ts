import type { ParamValues } from '@penstock/params'
import { redact } from '@penstock/secrets'

// A record keeps 4 000 characters of all parameters; what is longer than these would only cost time to look through.
const TEXT_CHARACTERS_MAX = 4_000
const ITEMS_MAX = 100

/**
 * The parameters of a call, those of its body too, as JSON text for the access log. What has a secret's name is hidden, long texts and
 * lists are named by their length alone, so that the work is bounded whatever callers send.
 */
export function paramsForLog(values: ParamValues): string {
  return JSON.stringify(redact(bounded(values, 0)))
}

// As deep as redaction looks.
const DEPTH_MAX = 8

function bounded(value: unknown, depth: number): unknown {
  // Not cut: the beginning of a text may be half of a secret that would be known by its whole.
  if (typeof value === 'string') return value.length > TEXT_CHARACTERS_MAX ? `[${value.length} characters]` : value
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX) return value
  if (Array.isArray(value)) {
    const shown: unknown[] = value.slice(0, ITEMS_MAX).map((item) => bounded(item, depth + 1))
    return value.length > ITEMS_MAX ? [...shown, `[${value.length - ITEMS_MAX} more]`] : shown
  }
  const members = Object.entries(value)
  const shown = members.slice(0, ITEMS_MAX).map(([name, member]) => [name, bounded(member, depth + 1)])
  if (members.length > ITEMS_MAX) shown.push(['…', `[${members.length - ITEMS_MAX} more]`])
  return Object.fromEntries(shown)
}
