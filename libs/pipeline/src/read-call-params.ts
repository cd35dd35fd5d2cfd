import { AppError } from '@penstock/errors'
import { readPage, type PageRequest, type PagingPlan } from '@penstock/paging'
import {
  namingOf,
  parseJson,
  parseQuery,
  type ParamFault,
  type ParamInput,
  type ParamsReader,
  type ParamValues,
} from '@penstock/params'
import type { CallBody, CallHead } from './call.js'

/** The typed values of a call, and how it wants its keys. */
export interface CallParams {
  readonly values: ParamValues
  readonly naming: 'as-is' | 'camel'
  /** The format that the query asks for, as it stands there. */
  readonly format: string | readonly string[] | undefined
  /** Of APIs that hand out their rows page by page. */
  readonly page: PagedParams | undefined
}

/** The page that a call asks for. */
export interface PagedParams {
  readonly plan: PagingPlan
  readonly request: PageRequest
}

type Body = ParamInput['body']

const NO_BODY: Body = Object.freeze(Object.create(null))

/**
 * Reads the parameters of a call from path, query, headers and body. Throws BODY_INVALID for a body that does not parse or is no object,
 * REQUEST_MALFORMED for a broken query, and PARAM_INVALID with every fault at once.
 */
export function readCallParams(
  read: ParamsReader,
  head: CallHead,
  path: Readonly<Record<string, string>>,
  body: CallBody,
  paging?: PagingPlan,
): CallParams {
  const members = bodyMembers(body)
  const query = parseQuery(head.rawQuery)
  if (query === undefined) throw new AppError('REQUEST_MALFORMED', 'the query cannot be decoded')
  const input = { path, query, headers: head.headers, body: members }
  const naming = namingOf(input)
  const params = read(input, naming.input)
  const page = paging === undefined ? undefined : readPage(paging, query, naming.input)
  if (params.ok && page?.ok !== false) {
    return {
      values: params.values,
      naming: naming.output,
      format: query['format'],
      page: paging === undefined || page === undefined ? undefined : { plan: paging, request: page.request },
    }
  }
  throw paramInvalid([...(params.ok ? [] : params.faults), ...(page?.ok === false ? page.faults : [])])
}

/** Pages are there in JSON alone: other formats give all rows, which a caller who asks for a page does not expect. */
export function refusePage(page: PagedParams | undefined): void {
  const asked = page?.request.asked ?? []
  if (asked.length === 0) return
  const message = 'is for JSON answers: other formats hold all rows'
  throw paramInvalid(asked.map((name) => ({ name, location: 'query', message })))
}

function paramInvalid(faults: readonly ParamFault[]): AppError {
  return new AppError('PARAM_INVALID', faults.map(({ name, message }) => `${name} ${message}`).join('; '), {
    errors: faults,
  })
}

function bodyMembers(body: CallBody): Body {
  if (body.kind === 'none') return NO_BODY
  if (body.kind === 'form') {
    const form = parseQuery(body.text)
    if (form === undefined) throw bodyInvalid('cannot be decoded as a form')
    return form
  }
  const parsed = parseJson(body.text)
  if (!parsed.ok) throw bodyInvalid(parsed.message)
  const { value } = parsed
  if (!isObject(value)) throw bodyInvalid('must be a JSON object')
  return value
}

/** The caller is told in words of our own: what a parser says may quote the body. */
function bodyInvalid(fault: string): AppError {
  const message = `The request body ${fault}`
  return new AppError('BODY_INVALID', message, { message, errors: [{ field: 'body', message: fault }] })
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
