import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { AppError } from '@penstock/errors'
import type { CallBody } from '@penstock/pipeline'

const NONE: CallBody = Object.freeze({ kind: 'none', text: '' })

/** Refuses a body that says it is too large before anything else is looked at, and before a byte of it is read. */
export function refuseDeclaredSize(request: IncomingMessage, bytesMax: number): void {
  const declared = request.headers['content-length']
  if (declared !== undefined && Number(declared) > bytesMax) throw tooLarge(bytesMax)
}

/** True when the request has a body. */
function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length']
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/**
 * Reads a body of at most `bytesMax` bytes as text. Throws BODY_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED (also for compressed bodies: they are not
 * read, so none can unfold) or BODY_INVALID when it is not UTF-8 or ends early.
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<CallBody> {
  if (!hasBody(request)) return NONE
  const kind = mediaKind(request)
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue
      bytes += chunk.length
      if (bytes > bytesMax) throw tooLarge(bytesMax)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('BODY_INVALID', 'the body ended early', {}, { cause: error })
  }
  if (bytes === 0) return NONE
  if (kind === undefined)
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', `Content-Type ${request.headers['content-type'] ?? 'missing'}`)
  const body = Buffer.concat(chunks, bytes)
  if (!isUtf8(body)) throw new AppError('BODY_INVALID', 'the body is not UTF-8')
  return { kind, text: body.toString('utf8') }
}

/** Undefined when there is no type that is read; whether that matters shows only when there is a body. */
function mediaKind(request: IncomingMessage): 'json' | 'form' | undefined {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', `Content-Encoding ${encoding}`)
  }
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters
    .map((one) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(one)?.[1])
    .find((one) => one !== undefined)
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new AppError('MEDIA_TYPE_UNSUPPORTED', `charset ${charset}`)
  }
  const plain = type.trim()
  if (plain === 'application/json' || (plain.startsWith('application/') && plain.endsWith('+json'))) return 'json'
  return plain === 'application/x-www-form-urlencoded' ? 'form' : undefined
}

function tooLarge(bytesMax: number): AppError {
  return new AppError('BODY_TOO_LARGE', `more than ${bytesMax} bytes`)
}
