/** What stands where a secret was. */
export const REDACTED = '[redacted]'

const CAMEL_HUMP = /([a-z0-9])([A-Z])/g
const SECRET_WORD =
  'pass(?:word|wd|phrase|code)?|secret|api[_-]?key|authori[sz]ation|cookie|credential|token|private[_-]?key|encryption[_-]?key|pepper'
/** Names that end with such a word, as `client_secret` and `x-api-key`; their values are never shown. */
const SECRET_NAME = new RegExp(`(^|[_-])(${SECRET_WORD})s?$`, 'i')
/** Names that hold one somewhere, as `secret_sealed`, `passwordHash` and `token_expire_seconds`: their texts are not shown, their numbers are. */
const SECRET_WITHIN = new RegExp(`(^|[_-])(${SECRET_WORD})s?([_-]|$)`, 'i')
/** These hold the word and no secret. */
const PLAIN_NAME = /^token[_-]type$/i

// The password is all up to the last @ before the path, so that one with an @ in it is hidden whole.
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/]*@/gi
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi
/** A compact JWT wherever it stands: three base64url parts, of which the first begins with {" . */
const JWT = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g
// Secrets that admin makes for clients.
const CLIENT_SECRET = /\bpsk_[A-Za-z0-9_-]{16,}/g
/** Deeper values are cut: a log line is not a dump, and a cycle must end. */
const DEPTH_MAX = 8

/** True when a value with this name must not be shown, whatever it is. Snake, kebab and camel case count alike. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(parted(name))
}

/** The text without passwords in URLs, bearer or basic credentials, tokens and secrets of clients. */
export function redactText(text: string): string {
  return text
    .replace(URL_CREDENTIALS, `$1:${REDACTED}@`)
    .replace(BEARER, `$1 ${REDACTED}`)
    .replace(JWT, REDACTED)
    .replace(CLIENT_SECRET, REDACTED)
}

/**
 * A copy for logs, access records and audit that may be shown: members with secret names are hidden, texts are redacted, errors keep their
 * message. Whether there is a value at all (null, true, false) stays visible.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (value instanceof Error) return redactText(value.message)
  if (depth >= DEPTH_MAX) return '[…]'
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, hides(name, member) ? REDACTED : redact(member, depth + 1)]),
  )
}

function hides(name: string, member: unknown): boolean {
  if (member === null || member === undefined || typeof member === 'boolean') return false
  const words = parted(name)
  if (SECRET_NAME.test(words)) return true
  return typeof member !== 'number' && SECRET_WITHIN.test(words) && !PLAIN_NAME.test(words)
}

function parted(name: string): string {
  return name.replace(CAMEL_HUMP, '$1_$2')
}
