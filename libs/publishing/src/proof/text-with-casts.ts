import type { Casts } from '@penstock/datasource'
import { scan } from 'libpg-query'

/** Writes a text with casts behind its binds. */
export type TextWithCasts = (casts: Casts) => string

/**
 * Finds the binds of a text once, so that it can be written with other casts without rendering the template again: enumerating a template
 * with many conditions takes tenths of a second, and finding casts tries many. `placeholders[n - 1]` is the placeholder of `$n`.
 */
export async function textWithCasts(text: string, placeholders: readonly number[]): Promise<TextWithCasts> {
  const ends = await bindEnds(text)
  return (casts) => {
    let written = ''
    let from = 0
    for (const { end, ordinal } of ends) {
      const cast = casts[placeholders[ordinal - 1] ?? -1]
      written += cast === undefined ? text.slice(from, end) : `${text.slice(from, end)}::${cast}`
      from = end
    }
    return written + text.slice(from)
  }
}

interface BindEnd {
  readonly end: number
  readonly ordinal: number
}

/** Where each `$n` ends that is a bind, and not part of a string, a name or a comment. */
async function bindEnds(text: string): Promise<readonly BindEnd[]> {
  const bytes = Buffer.from(text)
  try {
    const { tokens } = await scan(text)
    return tokens
      .filter(({ tokenName }) => tokenName === 'PARAM')
      .map((token) => ({
        // The scanner counts bytes.
        end: bytes.subarray(0, token.end).toString().length,
        ordinal: Number(token.text.slice(1)),
      }))
  } catch {
    // What cannot be cut into tokens is no SQL: preparing it as it stands says so.
    return []
  }
}
