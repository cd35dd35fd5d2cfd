const NEWLINE = 0x0a
const HASH_LENGTH = 64

/** Bodies in one file: for each a line `<hash> <bytes>`, then the body, then a newline. */
export function encodePack(bodies: Iterable<readonly [string, string]>): Buffer {
  const parts: Buffer[] = []
  for (const [hash, body] of bodies) {
    const bytes = Buffer.from(body, 'utf8')
    parts.push(Buffer.from(`${hash} ${bytes.length}\n`, 'latin1'), bytes, Buffer.from('\n'))
  }
  return Buffer.concat(parts)
}

/**
 * The bodies of a pack. What is cut or damaged ends the reading; whether a body is right is seen when its hash is compared, so a damaged
 * pack can only lack bodies, never give wrong ones.
 */
export function* decodePack(pack: Buffer): Generator<readonly [string, string]> {
  let at = 0
  while (at < pack.length) {
    const lineEnd = pack.indexOf(NEWLINE, at)
    if (lineEnd < 0) return
    const hash = pack.toString('latin1', at, at + HASH_LENGTH)
    const length = Number(pack.toString('latin1', at + HASH_LENGTH + 1, lineEnd))
    const end = lineEnd + 1 + length
    if (!Number.isSafeInteger(length) || length < 0 || end >= pack.length) return
    yield [hash, pack.toString('utf8', lineEnd + 1, end)]
    at = end + 1
  }
}
