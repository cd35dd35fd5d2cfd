// Whatever could end a line, move a cursor or colour a terminal: C0 and C1 controls, separators of lines, marks that turn the direction of text.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const SHORT: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text on one line, its control characters written out as JavaScript would. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => SHORT[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
