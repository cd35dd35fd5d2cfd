/** The stream that carries frames between the gateway and the process that holds DuckDB. */
export const WIRE_FD = 3
/** Exit code of a process that found itself too large. */
export const OVERRUN_CODE = 70
/** A request is as long as a template and its values; an answer is a batch of rows, or one row that is longer. */
const FRAME_BYTES_MAX = 64 * 1024 * 1024

// u32 length of what follows, then JSON in UTF-8: numbers and texts, nothing that could run.
const HEAD_BYTES = 4

/** A message as bytes, its length first. Throws when it is too long to be read at the other end. */
export function encodeFrame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message))
  if (body.length > FRAME_BYTES_MAX) throw new Error(`a message of ${body.length} bytes`)
  const head = Buffer.allocUnsafe(HEAD_BYTES)
  head.writeUInt32LE(body.length)
  return Buffer.concat([head, body])
}

/** Cuts a stream of bytes into messages; throws on one that is too long before any of it is kept, and on what is not JSON. */
export function frameReader(): (chunk: Buffer) => unknown[] {
  let parts: Buffer[] = []
  let held = 0
  return (chunk) => {
    parts.push(chunk)
    held += chunk.length
    const messages: unknown[] = []
    for (;;) {
      const length = lengthAhead(parts, held)
      if (length > FRAME_BYTES_MAX) throw new Error(`a message of ${length} bytes`)
      if (held < HEAD_BYTES + length) return messages
      const all = Buffer.concat(parts)
      messages.push(JSON.parse(all.toString('utf8', HEAD_BYTES, HEAD_BYTES + length)))
      held -= HEAD_BYTES + length
      parts = held === 0 ? [] : [all.subarray(HEAD_BYTES + length)]
    }
  }
}

/** Length of the message that comes next; more than any when its head has not arrived. */
function lengthAhead(parts: Buffer[], held: number): number {
  if (held < HEAD_BYTES) return 0
  const first = parts[0]
  if (first !== undefined && first.length >= HEAD_BYTES) return first.readUInt32LE(0)
  const all = Buffer.concat(parts)
  parts.splice(0, parts.length, all)
  return all.readUInt32LE(0)
}
