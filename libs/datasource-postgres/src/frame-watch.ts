/** Code and length of a message. */
const HEAD_BYTES = 5
const DATA_ROW = 0x44

/**
 * Follows the messages of a connection by their heads alone and tells of each row of at least `bytesMin` when its head has arrived, long
 * before all of it has. The parser of the driver would hold a whole message, however large, before anybody could say that it is too much.
 */
export class FrameWatch {
  /** Bytes of the message under way that are still to come; 0 or less at the head of one. */
  #restBytes = 0
  /** The bytes of a head that came in an earlier piece. */
  readonly #head = Buffer.alloc(HEAD_BYTES)
  #headBytes = 0

  constructor(
    readonly bytesMin: number,
    readonly largeRow: (bytes: number) => void,
  ) {}

  /** The next piece from the connection. */
  take(piece: Buffer): void {
    let at = 0
    while (at < piece.length) {
      if (this.#restBytes > 0) {
        const skipped = Math.min(this.#restBytes, piece.length - at)
        this.#restBytes -= skipped
        at += skipped
        continue
      }
      // Nearly always the head is whole; this runs for every row.
      if (this.#headBytes === 0 && at + HEAD_BYTES <= piece.length) {
        this.#begin(piece[at], piece.readUInt32BE(at + 1))
        at += HEAD_BYTES
        continue
      }
      this.#head[this.#headBytes] = piece[at] ?? 0
      this.#headBytes += 1
      at += 1
      if (this.#headBytes < HEAD_BYTES) continue
      this.#headBytes = 0
      this.#begin(this.#head[0], this.#head.readUInt32BE(1))
    }
  }

  /** The length counts itself and not the code. */
  #begin(code: number | undefined, length: number): void {
    this.#restBytes = length - (HEAD_BYTES - 1)
    if (length >= this.bytesMin && code === DATA_ROW) this.largeRow(length)
  }
}
