import { HttpRefused, type ScriptHttpResponse } from '@penstock/pipeline'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** Reads an answer to its end, unpacked; more than so many bytes, counted after unpacking, are refused as soon as they are there. */
export async function readResponse(response: IncomingMessage, bytesMax: number): Promise<ScriptHttpResponse> {
  const body = unpacked(response)
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      bytes += part.length
      if (bytes > bytesMax) throw new HttpRefused(`the answer has more than ${bytesMax} bytes`)
      chunks.push(part)
    }
  } finally {
    body.destroy()
    response.destroy()
  }
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    text: Buffer.concat(chunks).toString('utf8'),
  }
}

function unpacked(response: IncomingMessage): Readable {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (coding === 'identity' || coding === '') return response
  const unpack = UNPACKERS[coding]
  if (unpack === undefined) throw new HttpRefused(`the answer is packed with ${coding}, which was not asked for`)
  const stream = unpack()
  // Whatever breaks the answer off breaks what reads it.
  response.on('error', (error) => stream.destroy(error))
  response.on('aborted', () => stream.destroy(new Error('the answer was broken off')))
  return response.pipe(stream)
}

const UNPACKERS: Readonly<Record<string, (() => Readable & NodeJS.WritableStream) | undefined>> = {
  gzip: () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  )
}
