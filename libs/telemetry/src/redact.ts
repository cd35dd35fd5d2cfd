const HIDDEN = '[redacted]'
// Names whose values never reach a log line, wherever they stand. `tokens_valid_from` and the like stay readable.
const SECRET_NAME =
  /(^|[_-])(pass(word|wd)?|secret|api[_-]?key|authorization|cookie|credential|token|private[_-]?key|encryption[_-]?key)s?$/i
const CAMEL_HUMP = /([a-z0-9])([A-Z])/g
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi
// A compact JWT wherever it stands: three base64url parts, of which the first begins with {" .
const JWT = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g
// Deeper values are cut: a log line is not a dump, and a cycle must end.
const DEPTH_MAX = 6

/** True when a value with this name must not be shown. Snake, kebab and camel case count alike. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replace(CAMEL_HUMP, '$1_$2'))
}

/** The text without passwords in URLs, bearer or basic credentials, and tokens. */
export function redactText(text: string): string {
  return text.replace(URL_CREDENTIALS, `$1:${HIDDEN}@`).replace(BEARER, `$1 ${HIDDEN}`).replace(JWT, HIDDEN)
}

/** A copy of the value that may be shown: members with secret names are hidden, texts are redacted, errors keep their message. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? value.toString() : value
  if (value instanceof Error) return redactText(value.message)
  if (depth >= DEPTH_MAX) return '[…]'
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, isSecretName(name) ? HIDDEN : redact(member, depth + 1)]),
  )
}
