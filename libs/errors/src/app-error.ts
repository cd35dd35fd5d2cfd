import { CATALOGUE, type ErrorCode } from './catalogue.js'

/** One faulty field, parameter or place in a text. */
export interface Fault {
  readonly message: string
  /** The field of a body, in dotted form. */
  readonly field?: string
  /** The name of a parameter, and where it is read from. */
  readonly name?: string
  readonly location?: string
  /** Place in a template, both counted from 1. */
  readonly line?: number
  readonly column?: number
}

/** What a caller may read beside the code. */
export interface PublicPart {
  /** A more exact sentence than the catalogue's title. Never holds internals. */
  readonly message?: string
  readonly errors?: readonly Fault[]
  /** Headers of the answer, for example Retry-After. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A failure with a code of the catalogue. `detail` (the error's message) is for logs and never for a response;
 * what the caller may read is in `open`.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly status: number

  constructor(
    readonly code: ErrorCode,
    detail: string = CATALOGUE[code].title,
    readonly open: PublicPart = {},
    options?: { cause?: unknown },
  ) {
    super(detail, options)
    this.status = CATALOGUE[code].status
  }
}

/** A failure that the author of an API meant: its status, message and code are his and reach the caller as they are. */
export class AuthoredError extends Error {
  override readonly name = 'AuthoredError'

  constructor(
    /** 400 to 599. */
    readonly status: number,
    message: string,
    readonly code: string,
  ) {
    super(message)
  }
}
