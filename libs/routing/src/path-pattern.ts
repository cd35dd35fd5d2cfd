/** A part of a path between slashes: fixed text, or a parameter that takes any one non-empty part. */
export type Segment =
  { readonly kind: 'static'; readonly text: string } | { readonly kind: 'param'; readonly name: string }

/** The path of an API, checked and brought to its one form. */
export interface PathPattern {
  /** Without slashes at its ends: `users/{id}`. */
  readonly path: string
  readonly segments: readonly Segment[]
  /** Names of the parameters in order. */
  readonly paramNames: readonly string[]
}

export type NormalisedPath =
  { readonly ok: true; readonly pattern: PathPattern } | { readonly ok: false; readonly faults: readonly string[] }

/** First segments that belong to the gateway itself. */
export const RESERVED_FIRST_SEGMENTS: readonly string[] = ['v1', 'token', 'health']
/** Leaves room in a request line of 8 KB for long values, and in a database index. */
export const PATH_LENGTH_MAX = 500
export const PATH_SEGMENTS_MAX = 32

/** The names that parameter definitions take, too. */
const PARAM_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/
/** What a URL would need to escape in other ways than by UTF-8, or what clients and proxies change on the way. */
const STATIC_REFUSED = /[\u0000-\u0020\u007f"#%<>?[\\\]^`{|}]|\p{White_Space}|\p{Cc}|\p{Cs}/u

/**
 * Checks the path of an API as an author writes it and brings it to its one form: blanks and slashes at its ends do not matter, case does.
 * All faults are named at once.
 */
export function normalisePath(input: string): NormalisedPath {
  const path = stripSlashes(input.trim()).normalize('NFC')
  if (path === '') return { ok: false, faults: ['must not be empty'] }
  if (path.length > PATH_LENGTH_MAX) return { ok: false, faults: [`must have at most ${PATH_LENGTH_MAX} characters`] }
  const parts = path.split('/')
  if (parts.length > PATH_SEGMENTS_MAX)
    return { ok: false, faults: [`must have at most ${PATH_SEGMENTS_MAX} segments`] }
  const segments = parts.map(segmentOf)
  const paramNames = segments.flatMap((segment) => (segment.kind === 'param' ? [segment.name] : []))
  const faults = [
    ...segments.flatMap(segmentFaults),
    ...reservedFaults(parts[0] ?? ''),
    ...repeated(paramNames).map((name) => `names the parameter {${name}} twice`),
  ]
  return faults.length > 0 ? { ok: false, faults } : { ok: true, pattern: { path, segments, paramNames } }
}

/**
 * What must be unique over all APIs: method and path with the names of parameters removed, so that `users/{id}` and `users/{name}` clash.
 * Expects a path that normalisePath gave.
 */
export function routeKey(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^{}/]*\}/g, '{}')}`
}

/** Segments of a path that normalisePath gave. */
export function segmentsOf(path: string): Segment[] {
  return path.split('/').map(segmentOf)
}

/** A text without slashes at its ends. */
export function stripSlashes(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) === 47) start++
  while (end > start && text.charCodeAt(end - 1) === 47) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function segmentOf(text: string): Segment {
  return text.startsWith('{') && text.endsWith('}') && text.length > 1
    ? { kind: 'param', name: text.slice(1, -1) }
    : { kind: 'static', text }
}

function segmentFaults(segment: Segment): string[] {
  if (segment.kind === 'param') {
    if (PARAM_NAME.test(segment.name)) return []
    return [
      `has a parameter {${segment.name}} whose name must begin with a letter or _ and hold letters, digits, _, . and - only`,
    ]
  }
  if (segment.text === '') return ['must not have two slashes in a row']
  if (segment.text === '.' || segment.text === '..')
    return [`must not have a segment "${segment.text}": clients resolve it`]
  if (/[{}]/.test(segment.text))
    return [`has braces inside of the segment "${segment.text}": a parameter is a whole segment, like users/{id}`]
  if (STATIC_REFUSED.test(segment.text))
    return [`has a character in the segment "${segment.text}" that must not stand in a path`]
  return []
}

function reservedFaults(first: string): string[] {
  return RESERVED_FIRST_SEGMENTS.includes(first)
    ? [`must not begin with "${first}": the gateway itself answers there`]
    : []
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}
