import { camelToSnake } from '@penstock/result-shape'
import { bareRecord, ownMember, type ParamInput } from './param-value.js'

/** What the caller asked for: `input` for the keys of query and body, `output` for those of the answer. */
export interface CallNaming {
  readonly input: 'as-is' | 'camel'
  readonly output: 'as-is' | 'camel'
}

const AS_IS: CallNaming = Object.freeze({ input: 'as-is', output: 'as-is' })
const BOTH: CallNaming = Object.freeze({ input: 'camel', output: 'camel' })
const OUTPUT: CallNaming = Object.freeze({ input: 'as-is', output: 'camel' })

/** `?naming=camel` turns keys of query and body and those of the answer; header `X-Response-Naming: camel` those of the answer alone. */
export function namingOf(input: Pick<ParamInput, 'query' | 'headers'>): CallNaming {
  if (ownMember(input.query, 'naming') === 'camel') return BOTH
  return ownMember(input.headers, 'x-response-naming') === 'camel' ? OUTPUT : AS_IS
}

/**
 * A copy with keys in snake case. A key that is snake already wins over one that becomes it. Only the outer keys: what is inside of a
 * document belongs to its author.
 */
export function snakeKeys<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const snake = bareRecord<T>()
  for (const [name, value] of Object.entries(record)) {
    const turned = camelToSnake(name)
    if (turned === name || !Object.hasOwn(record, turned)) snake[turned] = value
  }
  return snake
}
