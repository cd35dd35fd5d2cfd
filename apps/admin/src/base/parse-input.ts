import { AppError, type Fault } from '@penstock/errors'
import type { z } from 'zod'
import { faultWords } from './fault-words.js'
import type { EndpointSpec } from './endpoint.js'
import { unstorableTexts } from './unstorable-text.js'

type Part = 'params' | 'query' | 'body'

/** Parses the parts that the endpoint declares; a part that it does not declare is undefined. Throws INPUT_INVALID with every fault. */
export function parseInput(
  spec: Pick<EndpointSpec, 'params' | 'query' | 'body'>,
  raw: Readonly<Record<Part, unknown>>,
): Record<Part, unknown> {
  const faults: Fault[] = []
  const parse = (part: Part): unknown => {
    const parsed = spec[part]?.safeParse(raw[part] ?? {}, { error: faultWords })
    if (parsed === undefined) return undefined
    if (parsed.success) {
      faults.push(...unstorableTexts(raw[part]))
      return parsed.data
    }
    faults.push(...parsed.error.issues.flatMap(faultsOf))
    return undefined
  }
  const input = { params: parse('params'), query: parse('query'), body: parse('body') }
  if (faults.length > 0) throw inputInvalid(faults)
  return input
}

/** The refusal that names these fields. */
export function inputInvalid(faults: readonly Fault[]): AppError {
  const message = faults.map(({ field, message: words }) => (field ? `${field}: ${words}` : words)).join('; ')
  return new AppError('INPUT_INVALID', message, { message, errors: faults })
}

/** Unknown fields are one issue of the object; each is told by its own name. */
function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: fieldName([...issue.path, key]), message: 'is not known' }))
  }
  return [{ field: fieldName(issue.path), message: issue.message }]
}

/** `ssl.mode`, `params[2].name`; a fault of the whole body is of the field `body`. */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (sofar, step) =>
      typeof step === 'number' ? `${sofar}[${step}]` : `${sofar === '' ? '' : `${sofar}.`}${String(step)}`,
    '',
  )
  return name === '' ? 'body' : name
}
