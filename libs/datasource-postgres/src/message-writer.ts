const INITIAL_BYTES = 4096
// One group of messages with large values must not keep its memory for good.
const KEPT_BYTES_MAX = 1_048_576

const CODE = { parse: 0x50, bind: 0x42, describe: 0x44, execute: 0x45, close: 0x43, sync: 0x53 } as const
const PORTAL = 0x50
const STATEMENT = 0x53

/**
 * Builds a group of extended-protocol messages as one buffer, so that a group is one write to the socket. Only the extended protocol can be
 * written: one text is one command, however many semicolons a value holds.
 */
export class MessageWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #at = 0

  /** Forgets what was written and never taken, as when building a group failed half way. */
  begin(): void {
    this.#at = 0
  }

  /** Asks the server to parse a text under a name; the empty name is the unnamed statement. Types of parameters are left to the server. */
  parse(name: string, text: string): void {
    const start = this.#open(CODE.parse)
    this.#cstring(name)
    this.#cstring(text)
    this.#int16(0)
    this.#close(start)
  }

  /** Binds values, all as text, to a statement; results come as text. */
  bind(name: string, values: readonly (string | null)[]): void {
    const start = this.#open(CODE.bind)
    this.#cstring('')
    this.#cstring(name)
    this.#int16(0)
    this.#int16(values.length)
    for (const value of values) this.#value(value)
    this.#int16(0)
    this.#close(start)
  }

  /** Asks for the columns of the bound statement. */
  describePortal(): void {
    this.#target(CODE.describe, PORTAL, '')
  }

  /** Asks for the parameters and columns of a parsed statement. */
  describeStatement(name: string): void {
    this.#target(CODE.describe, STATEMENT, name)
  }

  closeStatement(name: string): void {
    this.#target(CODE.close, STATEMENT, name)
  }

  /** Runs the bound statement; 0 rows means all of them. */
  execute(rowsMax: number): void {
    const start = this.#open(CODE.execute)
    this.#cstring('')
    this.#int32(rowsMax)
    this.#close(start)
  }

  /** Ends the group: the server answers ReadyForQuery, and skips to here after an error. */
  sync(): void {
    this.#close(this.#open(CODE.sync))
  }

  /** The bytes written since the last take. */
  take(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.#at))
    this.#at = 0
    if (this.#buffer.length > KEPT_BYTES_MAX) this.#buffer = Buffer.allocUnsafe(INITIAL_BYTES)
    return bytes
  }

  #open(code: number): number {
    this.#reserve(5)
    this.#buffer[this.#at] = code
    this.#at += 5
    return this.#at - 4
  }

  #close(start: number): void {
    this.#buffer.writeInt32BE(this.#at - start, start)
  }

  #target(code: number, kind: number, name: string): void {
    const start = this.#open(code)
    this.#reserve(1)
    this.#buffer[this.#at] = kind
    this.#at += 1
    this.#cstring(name)
    this.#close(start)
  }

  #value(value: string | null): void {
    if (value === null) {
      this.#int32(-1)
      return
    }
    // A UTF-16 unit takes at most three bytes of UTF-8; asking for the exact length first would walk the text twice.
    this.#reserve(4 + value.length * 3)
    const bytes = this.#buffer.write(value, this.#at + 4, 'utf8')
    this.#buffer.writeInt32BE(bytes, this.#at)
    this.#at += 4 + bytes
  }

  #cstring(text: string): void {
    this.#reserve(text.length * 3 + 1)
    this.#at += this.#buffer.write(text, this.#at, 'utf8')
    this.#buffer[this.#at] = 0
    this.#at += 1
  }

  #int16(value: number): void {
    this.#reserve(2)
    this.#buffer.writeUInt16BE(value, this.#at)
    this.#at += 2
  }

  #int32(value: number): void {
    this.#reserve(4)
    this.#buffer.writeInt32BE(value, this.#at)
    this.#at += 4
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(grown, 0, 0, this.#at)
    this.#buffer = grown
  }
}
