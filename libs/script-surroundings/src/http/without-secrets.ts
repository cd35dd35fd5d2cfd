import type { ScriptHttpResponse } from '@penstock/pipeline'

const HIDDEN = '[hidden]'

/** The answer without these texts: a service that repeats what it was sent must not tell a script the credentials of its connection. */
export function withoutSecrets(answer: ScriptHttpResponse, secrets: readonly string[]): ScriptHttpResponse {
  if (secrets.length === 0) return answer
  const hide = (text: string): string => secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text)
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, hide(value)] as const)
  return { status: answer.status, headers: Object.fromEntries(headers), text: hide(answer.text) }
}
