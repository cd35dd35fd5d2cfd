/** Where a value begins in a text, and where it ends. */
export interface Slice {
  readonly start: number
  readonly end: number
}

/**
 * Reads JSON without making numbers of its numbers: the digits of a bigint or a decimal stay as the server wrote them. It is for texts of
 * a server that writes JSON with a library; a text that ends too early is an error, other faults of grammar are not looked for.
 */
export function* elementsOf(text: string, { start }: Slice): Generator<Slice> {
  let at = blank(text, start + 1)
  while (text[at] !== ']') {
    const slice = { start: at, end: valueEnd(text, at) }
    yield slice
    at = blank(text, slice.end)
    if (text[at] === ',') at = blank(text, at + 1)
    else if (text[at] !== ']') throw new SyntaxError(`an array that does not end, at ${at}`)
  }
}

/** The members of an object: name and value. */
export function* membersOf(text: string, { start }: Slice): Generator<readonly [name: string, value: Slice]> {
  let at = blank(text, start + 1)
  while (text[at] !== '}') {
    const nameEnd = stringEnd(text, at)
    const name = textOf(text.slice(at, nameEnd))
    const valueStart = blank(text, blank(text, nameEnd) + 1)
    const slice = { start: valueStart, end: valueEnd(text, valueStart) }
    yield [name, slice]
    at = blank(text, slice.end)
    if (text[at] === ',') at = blank(text, at + 1)
    else if (text[at] !== '}') throw new SyntaxError(`an object that does not end, at ${at}`)
  }
}

/** The text of a JSON string; other values come as they are written. */
export function textOf(json: string): string {
  if (!json.startsWith('"')) return json
  const value: unknown = JSON.parse(json)
  return String(value)
}

function blank(text: string, at: number): number {
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1
  return at
}

function valueEnd(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return stringEnd(text, start)
  if (first === '[' || first === '{') return nestedEnd(text, start)
  let at = start
  while (at < text.length && !/[,\]}\s]/.test(text.charAt(at))) at += 1
  if (at === start || at === text.length) throw new SyntaxError(`a value that does not end, at ${start}`)
  return at
}

function nestedEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = stringEnd(text, at) - 1
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  throw new SyntaxError(`a value that does not end, at ${start}`)
}

function stringEnd(text: string, start: number): number {
  if (text[start] !== '"') throw new SyntaxError(`no string at ${start}`)
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return end + 1
  }
  throw new SyntaxError(`a string that does not end, at ${start}`)
}
