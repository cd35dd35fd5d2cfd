/** What stands where a secret was. */
export const REDACTED = '***'

/** Words in the name of a member whose value is never shown. */
const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|token|authori[sz]ation|cookie|api_?key|private_?key|credential|pepper/i
/** Deeper than anything we log; what is below is not shown. */
const DEPTH_MAX = 8

/** A copy for logs and audit records: the value of each member whose name sounds like a secret is replaced. */
export function redactSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactUrls(value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (depth >= DEPTH_MAX) return REDACTED
  if (Array.isArray(value)) return value.map((item) => redactSecrets(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      hides(name, member) ? REDACTED : redactSecrets(member, depth + 1),
    ]),
  )
}

/** A text with the password of each URL in it replaced: `postgres://app:***@db/crm`. */
export function redactUrls(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/]*@/gi, `$1:${REDACTED}@`)
}

/** Nothing, yes or no and numbers (`token_expire_seconds`) are no secrets, and it helps to see them. */
function hides(name: string, member: unknown): boolean {
  return (
    SECRET_NAME.test(name) && member !== null && member !== undefined && !['boolean', 'number'].includes(typeof member)
  )
}
