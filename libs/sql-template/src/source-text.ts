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

/** Line and column of a place, both counted from 1. */
export function positionOf(place: Place): Position {
  const before = place.source.text.slice(0, place.offset)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  const column = before.length - lineStart + 1
  return place.source.macro === undefined ? { line, column } : { line, column, macro: place.source.macro }
}
