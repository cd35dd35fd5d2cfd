/** A text that positions point into: the template of an API, or a macro's own source. */
export interface SourceText {
  readonly text: string
  /** The macro's name when the text is a macro of the library; undefined for the template itself. */
  readonly macro: string | undefined
}

/** A place in one source, as an offset: turned into line and column only when somebody wants to read it. */
export interface Place {
  readonly source: SourceText
  readonly offset: number
}

/** A place for people: line and column are counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
  /** Set when the place is in a macro of the library rather than in the template. */
  readonly macro?: string
}

/** Reads a source the way Jinja does: every line break is `\n`, and one line break at the very end does not count. */
export function sourceText(text: string, macro?: string): SourceText {
  const unixText = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
  return { text: unixText.endsWith('\n') ? unixText.slice(0, -1) : unixText, macro }
}

const lineStarts = new WeakMap<SourceText, readonly number[]>()

/** Line and column of a place, both counted from 1. */
export function positionOf({ source, offset }: Place): Position {
  const starts = lineStarts.get(source) ?? findLineStarts(source)
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  const position = { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  return source.macro === undefined ? position : { ...position, macro: source.macro }
}

function findLineStarts(source: SourceText): readonly number[] {
  const starts = [0, ...[...source.text.matchAll(/\n/g)].map((match) => match.index + 1)]
  lineStarts.set(source, starts)
  return starts
}

/** The position after some text that begins at a position. */
export function advance<P extends Position>(from: P, text: string): P {
  const lastBreak = text.lastIndexOf('\n')
  if (lastBreak === -1) return { ...from, column: from.column + text.length }
  return { ...from, line: from.line + text.split('\n').length - 1, column: text.length - lastBreak }
}
