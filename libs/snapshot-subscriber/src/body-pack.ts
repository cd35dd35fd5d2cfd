const NEWLINE = 0x0a
const HASH_LENGTH = 64

// Written in pieces of this size: one buffer for each body would be tens of thousands of them.
const PIECE_CHARACTERS = 65_536

/**
 * Bodies in one file: for each a line `<hash> <bytes>`, then the body, then a newline. One body per step, so that a big snapshot does not
 * hold up the event loop; the pieces are the file, one behind the other.
 */
export function* encodePack(bodies: Iterable<readonly [string, string]>): Generator<void, readonly Buffer[]> {
  const pieces: Buffer[] = []
  let piece = ''
  for (const [hash, body] of bodies) {
    piece += `${hash} ${Buffer.byteLength(body, 'utf8')}\n${body}\n`
    if (piece.length >= PIECE_CHARACTERS) {
      pieces.push(Buffer.from(piece, 'utf8'))
      piece = ''
    }
    yield
  }
  if (piece !== '') pieces.push(Buffer.from(piece, 'utf8'))
  return pieces
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
