const SPACE_OR_COMMENT = /^(?:\s+|--[^\n]*(?:\n|$))/
const FIRST_WORD = /^[a-z]+/i
// `prepare` may be PREPARE TRANSACTION; as a plain PREPARE it would leave a statement behind that nobody can run.
const CONTROL = new Set(['abort', 'begin', 'commit', 'end', 'prepare', 'release', 'rollback', 'savepoint', 'start'])

/**
 * True when the text begins, ends or divides a transaction. PostgreSQL knows these commands by their first word alone, and the extended
 * protocol takes one command per text, so the first word behind spaces and comments tells for sure.
 */
export function controlsTransaction(text: string): boolean {
  const word = FIRST_WORD.exec(text.slice(skipBlank(text)))?.[0] ?? ''
  return CONTROL.has(word.toLowerCase())
}

function skipBlank(text: string): number {
  let at = 0
  for (;;) {
    const blank = SPACE_OR_COMMENT.exec(text.slice(at))
    if (blank !== null) at += blank[0].length
    else if (text.startsWith('/*', at)) at = endOfComment(text, at)
    else return at
  }
}

/** Block comments nest in PostgreSQL. */
function endOfComment(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    if (text.startsWith('/*', at)) {
      depth += 1
      at += 1
    } else if (text.startsWith('*/', at)) {
      depth -= 1
      at += 1
      if (depth === 0) return at + 1
    }
  }
  return text.length
}
