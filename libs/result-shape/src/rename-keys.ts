/**
 * Renames the keys of every object in a JSON text and leaves everything else as it is, to the letter: numbers keep all their digits,
 * which parsing would lose. The text must be valid JSON.
 */
export function renameKeys(json: string, rename: (key: string) => string): string {
  if (!json.includes('{')) return json
  let out = ''
  let copied = 0
  for (let at = json.indexOf('"'); at !== -1; at = json.indexOf('"', at)) {
    const end = endOfString(json, at)
    if (isKey(json, end)) {
      const parsed: unknown = JSON.parse(json.slice(at, end))
      if (typeof parsed === 'string') {
        out += json.slice(copied, at) + JSON.stringify(rename(parsed))
        copied = end
      }
    }
    at = end
  }
  return out + json.slice(copied)
}

/** The index behind the closing quote of the string that opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at + 1
}

function isKey(json: string, behind: number): boolean {
  let at = behind
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\t' || json[at] === '\r') at += 1
  return json[at] === ':'
}
