import type { ServerResponse } from 'node:http'
import type { BrotliCompress, Gzip } from 'node:zlib'
import type { AnswerStream } from '@penstock/pipeline'
import { compressorOf, type ContentCoding } from './content-coding.js'
import { cutStalledReader } from './write-answer.js'

// What was compressed is not held back for longer than this while the data source brings no more.
const FLUSH_MS = 1_000

/**
 * The body of an answer that is written while its rows are read. Holds what one write gave it and what the compressor works on, whatever
 * the reader does; a reader that takes no byte for a while, though there are some for it, loses its connection.
 */
export class StreamBody implements AnswerStream {
  /** Bytes of the body that were given to the connection. */
  bytes = 0
  readonly #response: ServerResponse
  readonly #compressor: Gzip | BrotliCompress | undefined
  #flushTimer: NodeJS.Timeout | undefined
  #unsent = 0
  #waiting: (() => void)[] = []
  #letGo: (() => void) | undefined

  constructor(response: ServerResponse, coding: ContentCoding | undefined) {
    this.#response = response
    response.once('close', () => this.#close())
    if (coding === undefined) return
    const compressor = compressorOf(coding)
    compressor.on('data', (chunk: Buffer) => {
      this.#send(chunk)
      if (response.writableNeedDrain) compressor.pause()
    })
    compressor.on('drain', () => this.#wake())
    this.#compressor = compressor
  }

  write(text: string): Promise<void> | undefined {
    if (this.#response.destroyed) return undefined
    if (this.#compressor === undefined) {
      this.#send(Buffer.from(text))
      return this.#response.writableNeedDrain ? this.#until(() => !this.#response.writableNeedDrain) : undefined
    }
    const compressor = this.#compressor
    this.#flushTimer ??= setTimeout(() => this.#flushCompressor(), FLUSH_MS)
    return compressor.write(Buffer.from(text)) ? undefined : this.#until(() => !compressor.writableNeedDrain)
  }

  async flush(): Promise<void> {
    await this.#flushed()
    await this.#until(() => this.#unsent === 0)
  }

  async end(): Promise<void> {
    const compressor = this.#compressor
    if (compressor !== undefined) {
      compressor.once('end', () => this.#wake())
      compressor.end()
      await this.#until(() => compressor.readableEnded)
    }
    if (this.#response.destroyed) return
    this.#response.end(() => this.#wake())
    await this.#until(() => this.#response.writableFinished)
  }

  #send(chunk: Buffer): void {
    this.bytes += chunk.length
    this.#unsent += chunk.length
    this.#letGo ??= cutStalledReader(this.#response)
    this.#response.write(chunk, () => {
      this.#unsent -= chunk.length
      if (this.#unsent === 0) this.#caughtUp()
    })
  }

  /** The reader has everything: while it waits for the data source it is not the one that stands still. */
  #caughtUp(): void {
    this.#letGo?.()
    this.#letGo = undefined
    this.#compressor?.resume()
    this.#wake()
  }

  #flushCompressor(): void {
    this.#flushTimer = undefined
    // A reader that is behind has enough to read.
    if (this.#unsent === 0) void this.#flushed()
  }

  #flushed(): Promise<void> {
    const compressor = this.#compressor
    if (compressor === undefined || compressor.destroyed) return Promise.resolve()
    let done = false
    compressor.flush(() => {
      done = true
      this.#wake()
    })
    return this.#until(() => done)
  }

  /** Settles when it is so, looked at whenever something moved, and in any case when the connection is gone. */
  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.#response.destroyed) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  #close(): void {
    clearTimeout(this.#flushTimer)
    this.#letGo?.()
    this.#compressor?.destroy()
    this.#wake()
  }
}
