import { HttpRefused, type ScriptHttpRequest } from '@penstock/pipeline'
import type { Target } from './target.js'

// These say how a message travels; set by a script they could smuggle a second one, or reach another host than the one that was checked.
const FORBIDDEN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|expect|upgrade|te|trailer|keep-alive|proxy-.*)$/i

export const forbiddenHeader = (name: string): boolean => FORBIDDEN_HEADERS.test(name)

/** What a script sends, with the headers of its connection in front of its own of the same name. */
export function sentHeaders({ headers }: ScriptHttpRequest, target: Target): Readonly<Record<string, string>> {
  const sent: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (forbiddenHeader(name)) throw new HttpRefused(`the header ${name} cannot be set by a script`)
    sent[name.toLowerCase()] = value
  }
  return { ...sent, ...target.headers, 'accept-encoding': 'gzip, deflate, br' }
}
