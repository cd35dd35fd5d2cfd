import { stripSlashes } from './path-pattern.js'

/** More segments than any pattern has cannot match; counting stops there. */
const SEGMENTS_MAX = 33

/**
 * Segments of a request's path as it stands in the URL, after the prefix `/api` and before `?`. Slashes at its ends do not matter. Escapes
 * are decoded within each segment, so `%2F` is part of a value and never a separator. Undefined when an escape is malformed, is no
 * UTF-8, or is NUL, which no database takes.
 */
export function requestSegments(rawPath: string): readonly string[] | undefined {
  const parts = stripSlashes(rawPath).split('/', SEGMENTS_MAX)
  if (!rawPath.includes('%')) return parts
  try {
    const decoded = parts.map((part) => (part.includes('%') ? decodeURIComponent(part) : part))
    return decoded.some((part) => part.includes('\0')) ? undefined : decoded
  } catch {
    return undefined
  }
}
