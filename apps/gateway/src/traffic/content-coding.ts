import { constants, createBrotliCompress, createGzip, type BrotliCompress, type Gzip } from 'node:zlib'

/** How the body of a streamed answer is compressed. */
export type ContentCoding = 'br' | 'gzip'

const CODINGS: readonly ContentCoding[] = ['br', 'gzip']

/** The coding that the caller likes best, br of equals; undefined when it asks for none that is here. */
export function contentCoding(accept: string | readonly string[] | undefined): ContentCoding | undefined {
  if (accept === undefined) return undefined
  const text = typeof accept === 'string' ? accept : accept.join(',')
  const qualities = new Map<string, number>()
  for (const part of text.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((one) => one.trim())
    const quality = parameters.find((one) => one.startsWith('q='))
    qualities.set(name, quality === undefined ? 1 : Number(quality.slice(2)))
  }
  let best: ContentCoding | undefined
  let bestQuality = 0
  for (const coding of CODINGS) {
    const quality = qualities.get(coding) ?? 0
    if (quality > bestQuality) [best, bestQuality] = [coding, quality]
  }
  return best
}

// The levels at which both cost about as much time as writing the rows; windows that keep a stream below 1 MB.
const GZIP = { level: 4 }
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 18 } }

export function compressorOf(coding: ContentCoding): Gzip | BrotliCompress {
  return coding === 'br' ? createBrotliCompress(BROTLI) : createGzip(GZIP)
}
