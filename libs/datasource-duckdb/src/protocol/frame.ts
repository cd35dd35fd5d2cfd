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
  // What has arrived of a message whose length is not known, or not yet reached: joined once, when it is whole.
  let parts: Buffer[] = []
  let held = 0
  return (chunk) => {
    parts.push(chunk)
    held += chunk.length
    const messages: unknown[] = []
    for (;;) {
      const length = lengthAhead(parts, held)
      if (length > FRAME_BYTES_MAX) throw new Error(`a message of ${length} bytes`)
      const end = HEAD_BYTES + length
      if (held < end) return messages
      const bytes = joined(parts)
      messages.push(JSON.parse(bytes.toString('utf8', HEAD_BYTES, end)))
      held -= end
      parts = held === 0 ? [] : [bytes.subarray(end)]
    }
  }
}

/** Length of the message that comes next; 0 while its head has not arrived, which no whole message is long enough for. */
function lengthAhead(parts: Buffer[], held: number): number {
  if (held < HEAD_BYTES) return 0
  const first = parts[0]
  if (first !== undefined && first.length >= HEAD_BYTES) return first.readUInt32LE(0)
  const bytes = joined(parts)
  parts.splice(0, parts.length, bytes)
  return bytes.readUInt32LE(0)
}

function joined(parts: readonly Buffer[]): Buffer {
  const [first] = parts
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
}
