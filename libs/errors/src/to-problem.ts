import { AppError, AuthoredError, type Fault } from './app-error.js'
import { CATALOGUE, type ErrorCode } from './catalogue.js'

/** The error envelope, the same on both planes. */
export interface ProblemBody {
  readonly success: false
  readonly message: string
  readonly data: readonly []
  /** Of the catalogue, or what the author of an API made up. */
  readonly code: string
  readonly request_id: string
  readonly errors?: readonly Fault[]
  /** Only where the process is told to show it: the operator's sentence, redacted by the caller of toProblem. */
  readonly detail?: string
}

export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ProblemBody
}

/** Fastify's and node's own codes: they must keep their status, a body over the limit is not a 500. */
const FOREIGN: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_INVALID',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_MALFORMED',
  FST_ERR_BAD_URL: 'REQUEST_MALFORMED',
  FST_ERR_MAX_PARAM_LENGTH: 'ROUTE_NOT_FOUND',
  FST_ERR_ASYNC_CONSTRAINT: 'REQUEST_MALFORMED',
  HPE_HEADER_OVERFLOW: 'HEAD_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'BODY_INVALID',
  401: 'SESSION_REJECTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  431: 'HEAD_TOO_LARGE',
}

/** Turns whatever was thrown into the answer. Anything unknown is INTERNAL, and nothing of it reaches the caller. */
export function toProblem(error: unknown, requestId: string, options: { detail?: string } = {}): Problem {
  if (error instanceof AuthoredError) return authored(error, requestId)
  const known = error instanceof AppError ? error : undefined
  const code = known?.code ?? foreignCode(error)
  const entry = CATALOGUE[code]
  return {
    status: entry.status,
    headers: known?.open.headers ?? {},
    body: {
      success: false,
      message: known?.open.message ?? entry.title,
      data: [],
      code,
      request_id: requestId,
      ...(known?.open.errors === undefined ? {} : { errors: known.open.errors }),
      ...(options.detail === undefined ? {} : { detail: options.detail }),
    },
  }
}

function authored({ status, message, code }: AuthoredError, requestId: string): Problem {
  return { status, headers: {}, body: { success: false, message, data: [], code, request_id: requestId } }
}

function foreignCode(error: unknown): ErrorCode {
  if (typeof error !== 'object' || error === null) return 'INTERNAL'
  if ('code' in error && typeof error.code === 'string' && Object.hasOwn(FOREIGN, error.code)) {
    return FOREIGN[error.code] ?? 'INTERNAL'
  }
  const status = statusOf(error)
  return (status === undefined ? undefined : BY_STATUS[status]) ?? 'INTERNAL'
}

/** Fastify says `statusCode`, Nest's HttpException `getStatus()`. */
function statusOf(error: object): number | undefined {
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode
  if ('getStatus' in error && typeof error.getStatus === 'function') {
    const status: unknown = error.getStatus.call(error)
    return typeof status === 'number' ? status : undefined
  }
  return undefined
}
