import { randomUUID } from 'node:crypto'

const COMMA = 0x2c
// About 250 records; it doubles as it has to.
const BYTES_INITIAL = 128 * 1024
const BYTES_PER_UNIT_MAX = 3

/**
 * Records of one batch, as JSON in one piece of memory outside of the heap: thousands of small objects that live for half a second would
 * each be copied by the garbage collector. The batch keeps its id over all attempts, so that admin stores it once.
 */
export class RecordBatch {
  readonly #id = randomUUID()
  #bytes = Buffer.allocUnsafeSlow(BYTES_INITIAL)
  #length = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  add(json: string): void {
    const needed = this.#length + 1 + json.length * BYTES_PER_UNIT_MAX
    if (needed > this.#bytes.length) this.#grow(needed)
    if (this.#count > 0) this.#bytes[this.#length++] = COMMA
    this.#length += this.#bytes.write(json, this.#length, 'utf8')
    this.#count++
  }

  /** The body of the request to admin: an AccessRecordBatch. */
  body(gatewayId: string): Buffer {
    const head = `{"batch_id":"${this.#id}","gateway_id":${JSON.stringify(gatewayId)},"records":[`
    return Buffer.concat([Buffer.from(head), this.#bytes.subarray(0, this.#length), Buffer.from(']}')])
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
