/** Turns the text of one array element into JSON text. */
export type ElementJson = (text: string) => string

/**
 * JSON text of a PostgreSQL array literal: nested as deep as it is, NULL as null. Bounds (`[0:1]={…}`) are left out, as JSON has none.
 */
export function arrayJson(literal: string, delimiter: string, elementJson: ElementJson): string {
  return new ArrayReader(literal, delimiter, elementJson).read()
}

class ArrayReader {
  #at: number
  #json = ''

  constructor(
    readonly literal: string,
    readonly delimiter: string,
    readonly elementJson: ElementJson,
  ) {
    this.#at = literal.indexOf('{')
  }

  read(): string {
    this.#list()
    return this.#json
  }

  #list(): void {
    this.#at += 1
    this.#json += '['
    while (this.#at < this.literal.length) {
      const char = this.literal[this.#at]
      if (char === '}') break
      if (char === '{') this.#list()
      else if (char === '"') this.#json += this.elementJson(this.#quoted())
      else if (char === this.delimiter) {
        this.#json += ','
        this.#at += 1
      } else this.#json += this.#bare()
    }
    this.#at += 1
    this.#json += ']'
  }

  #bare(): string {
    let end = this.#at
    while (end < this.literal.length && this.literal[end] !== this.delimiter && this.literal[end] !== '}') end += 1
    const text = this.literal.slice(this.#at, end)
    this.#at = end
    return text === 'NULL' ? 'null' : this.elementJson(text)
  }

  #quoted(): string {
    let text = ''
    let from = this.#at + 1
    for (let at = from; at < this.literal.length; at += 1) {
      const char = this.literal[at]
      if (char === '"') {
        this.#at = at + 1
        return text + this.literal.slice(from, at)
      }
      if (char === '\\') {
        text += this.literal.slice(from, at)
        at += 1
        from = at
      }
    }
    this.#at = this.literal.length
    return text
  }
}
