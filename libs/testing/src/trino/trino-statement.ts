import { usingValues, type UsingValue } from './trino-literals.js'
import { isString, isWord, stringValue, trinoTokens, TrinoSyntaxError, type Token } from './trino-tokens.js'

/** A statement as the server understands it. */
export type TrinoStatement =
  | { readonly kind: 'start'; readonly readOnly: boolean }
  | { readonly kind: 'commit' | 'rollback' }
  | { readonly kind: 'prepare'; readonly name: string; readonly text: string }
  | { readonly kind: 'deallocate'; readonly name: string }
  | { readonly kind: 'describe'; readonly what: 'input' | 'output'; readonly name: string }
  | { readonly kind: 'validate'; readonly text: string; readonly values: readonly UsingValue[] }
  | { readonly kind: 'run'; readonly text: string; readonly values: readonly UsingValue[] }

/** Reads a statement; `prepared` are the statements that the request brought along by name. */
export function readStatement(text: string, prepared: ReadonlyMap<string, string>): TrinoStatement {
  const words = trinoTokens(text).filter(({ kind }) => kind !== 'blank')
  const [first, second, third] = words
  if (isWord(first, 'start')) return { kind: 'start', readOnly: words.some((word) => isWord(word, 'only')) }
  if (isWord(first, 'commit')) return { kind: 'commit' }
  if (isWord(first, 'rollback')) return { kind: 'rollback' }
  if (isWord(first, 'execute')) return { kind: 'run', ...executed(words, prepared) }
  if (isWord(first, 'prepare') && second !== undefined) {
    return { kind: 'prepare', name: second.text, text: /^\s*prepare\s+\S+\s+from\s+([\s\S]*)$/i.exec(text)?.[1] ?? '' }
  }
  if (isWord(first, 'deallocate')) return { kind: 'deallocate', name: third?.text ?? '' }
  if (isWord(first, 'describe') && third !== undefined && (isWord(second, 'input') || isWord(second, 'output'))) {
    return { kind: 'describe', what: isWord(second, 'input') ? 'input' : 'output', name: third.text }
  }
  const validated = /^\s*explain\s*\(\s*type\s+validate\s*\)([\s\S]*)$/i.exec(text)?.[1]
  if (validated !== undefined) {
    const inner = readStatement(validated, prepared)
    return inner.kind === 'run' ? { ...inner, kind: 'validate' } : inner
  }
  return { kind: 'run', text, values: [] }
}

/** EXECUTE IMMEDIATE '…' USING …, or EXECUTE name USING …. */
function executed(
  words: readonly Token[],
  prepared: ReadonlyMap<string, string>,
): { readonly text: string; readonly values: readonly UsingValue[] } {
  const immediate = isWord(words[1], 'immediate')
  const subject = words[immediate ? 2 : 1]
  const using = words[immediate ? 3 : 2]
  if (subject === undefined || (immediate && !isString(subject)))
    throw new TrinoSyntaxError('line 1:1: EXECUTE of what')
  const text = immediate ? stringValue(subject) : prepared.get(subject.text)
  if (text === undefined) throw new TrinoSyntaxError(`Prepared statement not found: ${subject.text}`)
  if (using === undefined) return { text, values: [] }
  if (!isWord(using, 'using')) throw new TrinoSyntaxError(`line 1:1: mismatched input '${using.text}'`)
  return { text, values: usingValues(words.slice(immediate ? 4 : 3)) }
}
