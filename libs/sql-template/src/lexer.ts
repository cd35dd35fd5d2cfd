import type { SourceText } from './source-text.js'
import { errorAt } from './template-error.js'
import { readTag, type Token } from './tag-tokens.js'

/** A template cut at its tags. Offsets point into the source; whitespace control has been applied to texts. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string; readonly offset: number }
  | { readonly kind: 'output'; readonly tokens: readonly Token[]; readonly offset: number }
  | { readonly kind: 'tag'; readonly tokens: readonly Token[]; readonly offset: number }

const RAW_BEGIN = /\{%[-+]?\s*raw\s*(-?)%\}/y
const RAW_END = /\{%([-+]?)\s*endraw\s*(-?)[+]?%\}/g

/** Cuts a source into texts, `{{ outputs }}` and `{% tags %}`; comments vanish. Throws TemplateError at an unclosed tag. */
export function cutTemplate(source: SourceText): Segment[] {
  const segments: Segment[] = []
  const { text } = source
  let at = 0
  let trimNext = false
  while (at < text.length) {
    const open = nextOpening(text, at)
    const trimBefore = text[open + 2] === '-'
    pushText(segments, text.slice(at, open), at, { start: trimNext, end: trimBefore })
    if (open === text.length) break
    const part = readPart(source, open)
    segments.push(...part.segments)
    trimNext = part.trimAfter
    at = part.end
  }
  return segments
}

interface Part {
  readonly segments: Segment[]
  readonly end: number
  readonly trimAfter: boolean
}

function nextOpening(text: string, from: number): number {
  for (let at = text.indexOf('{', from); at !== -1; at = text.indexOf('{', at + 1)) {
    const next = text[at + 1]
    if (next === '{' || next === '%' || next === '#') return at
  }
  return text.length
}

function readPart(source: SourceText, open: number): Part {
  const next = source.text[open + 1]
  if (next === '#') return readComment(source, open)
  if (next === '%') {
    RAW_BEGIN.lastIndex = open
    const raw = RAW_BEGIN.exec(source.text)
    if (raw) return readRaw(source, open, raw)
  }
  const bodyStart = open + (/[-+]/.test(source.text[open + 2] ?? '') ? 3 : 2)
  const tag = readTag(source, open, bodyStart, next === '%' ? '%}' : '}}')
  const kind = next === '%' ? 'tag' : 'output'
  return { segments: [{ kind, tokens: tag.tokens, offset: open }], end: tag.end, trimAfter: tag.trimAfter }
}

function readComment(source: SourceText, open: number): Part {
  const close = source.text.indexOf('#}', open + 2)
  if (close === -1) throw errorAt({ source, offset: open }, 'This comment is never closed: end it with #}')
  return { segments: [], end: close + 2, trimAfter: source.text[close - 1] === '-' }
}

function readRaw(source: SourceText, open: number, begin: RegExpExecArray): Part {
  const bodyStart = open + begin[0].length
  RAW_END.lastIndex = bodyStart
  const end = RAW_END.exec(source.text)
  if (!end) throw errorAt({ source, offset: open }, 'This raw block is never closed: end it with {% endraw %}')
  const segments: Segment[] = []
  const trim = { start: begin[1] === '-', end: end[1] === '-' }
  pushText(segments, source.text.slice(bodyStart, end.index), bodyStart, trim)
  return { segments, end: end.index + end[0].length, trimAfter: end[2] === '-' }
}

function pushText(segments: Segment[], text: string, offset: number, trim: { start: boolean; end: boolean }): void {
  const startTrimmed = trim.start ? text.trimStart() : text
  const start = offset + text.length - startTrimmed.length
  const kept = trim.end ? startTrimmed.trimEnd() : startTrimmed
  if (kept !== '') segments.push({ kind: 'text', text: kept, offset: start })
}
