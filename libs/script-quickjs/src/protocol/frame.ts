/** What a frame is about; the numbers are the wire. To the host up to 9, from the host from 10 on. */
export const FRAME = {
  setup: 0,
  open: 1,
  close: 2,
  job: 3,
  check: 4,
  reply: 5,
  refusal: 6,
  cancel: 7,
  ready: 10,
  closed: 11,
  call: 12,
  log: 13,
  end: 14,
  checked: 15,
  broken: 16,
} as const

/** One message between the process that asks and the process that runs: numbers and texts, nothing else. */
export interface Frame {
  readonly kind: number
  /** Thread of the host. */
  readonly slot: number
  /** Job on that thread; each has its own number, so that a late answer finds nobody. */
  readonly job: number
  /** Host call of that job. */
  readonly call: number
  readonly texts: readonly string[]
}

// u32 length of what follows, u8 kind, u32 slot, u32 job, u32 call, then each text as u32 length and UTF-8.
const HEAD_BYTES = 17

/** The frame as bytes, its length first. */
export function encodeFrame(frame: Frame): Buffer {
  const lengths = frame.texts.map((text) => Buffer.byteLength(text))
  const total = lengths.reduce((sum, length) => sum + 4 + length, HEAD_BYTES)
  const bytes = Buffer.allocUnsafe(total)
  bytes.writeUInt32LE(total - 4, 0)
  bytes.writeUInt8(frame.kind, 4)
  bytes.writeUInt32LE(frame.slot, 5)
  bytes.writeUInt32LE(frame.job, 9)
  bytes.writeUInt32LE(frame.call, 13)
  let at = HEAD_BYTES
  for (const [index, text] of frame.texts.entries()) {
    at = bytes.writeUInt32LE(lengths[index] ?? 0, at)
    at += bytes.write(text, at)
  }
  return bytes
}

/** Reads a whole frame, its length included; throws when the texts do not fill it exactly. */
export function decodeFrame(bytes: Buffer): Frame {
  const texts: string[] = []
  let at = HEAD_BYTES
  while (at < bytes.length) {
    const length = bytes.readUInt32LE(at)
    if (at + 4 + length > bytes.length) throw new Error('a text runs over the end of its frame')
    texts.push(bytes.toString('utf8', at + 4, at + 4 + length))
    at += 4 + length
  }
  return { ...routeOf(bytes), texts }
}

/** Where a frame goes, without reading its texts. */
export function routeOf(bytes: Buffer): { kind: number; slot: number; job: number; call: number } {
  return {
    kind: bytes.readUInt8(4),
    slot: bytes.readUInt32LE(5),
    job: bytes.readUInt32LE(9),
    call: bytes.readUInt32LE(13),
  }
}

/** Cuts a stream of bytes into whole frames, length included; throws on one over `bytesMax` before any of it is kept. */
export function frameCutter(bytesMax: number): (chunk: Buffer) => Buffer[] {
  let parts: Buffer[] = []
  let held = 0
  return (chunk) => {
    parts.push(chunk)
    held += chunk.length
    const frames: Buffer[] = []
    for (;;) {
      const length = lengthAhead(parts, held)
      if (length === undefined) return frames
      if (length < HEAD_BYTES || length > bytesMax) throw new Error(`a frame of ${length} bytes`)
      if (held < length) return frames
      const all = parts.length === 1 ? (parts[0] ?? chunk) : Buffer.concat(parts)
      frames.push(all.subarray(0, length))
      held -= length
      parts = held === 0 ? [] : [all.subarray(length)]
    }
  }
}

function lengthAhead(parts: Buffer[], held: number): number | undefined {
  if (held < 4) return undefined
  const first = parts[0]
  if (first !== undefined && first.length >= 4) return first.readUInt32LE(0) + 4
  const all = Buffer.concat(parts)
  parts.splice(0, parts.length, all)
  return all.readUInt32LE(0) + 4
}
