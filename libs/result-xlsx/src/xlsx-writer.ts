import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { permits } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { z } from 'zod'
import type { XlsxReply, XlsxTable } from './xlsx-job.js'

export interface XlsxWriterOptions {
  /** Files that are written at the same time, each in a thread of its own. */
  readonly threadsMax?: number
  /** Who waits for a thread; more are refused. */
  readonly queueSize?: number
  /** Memory of one thread; a table that needs more is refused. */
  readonly memoryMbMax?: number
}

/** Writes XLSX files beside the event loop. */
export interface XlsxWriter {
  /**
   * The file of the table. Rejects with NOT_ACCEPTABLE for a table that no such file can hold, with CONCURRENCY_LIMITED when too many wait
   * already, and with the signal's reason when it aborts.
   */
  write(table: XlsxTable, signal: AbortSignal): Promise<Uint8Array>
}

// By its name: where this module lies says nothing once it is part of a bundle.
const PROGRAM = createRequire(import.meta.url).resolve('@penstock/result-xlsx/thread')
const QUEUE_WAIT_MS_MAX = 30_000
const reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), bytes: z.instanceof(Uint8Array) }),
  z.object({ kind: z.literal('too long'), detail: z.string() }),
])

export function xlsxWriter({ threadsMax = 2, queueSize = 16, memoryMbMax = 1024 }: XlsxWriterOptions = {}): XlsxWriter {
  const places = permits({ running: threadsMax, queueSize, queueWaitMsMax: QUEUE_WAIT_MS_MAX })
  return {
    async write(table, signal) {
      const release = await places.acquire(signal).catch((error: unknown) => {
        throw error instanceof AppError && error.code === 'DATASOURCE_BUSY' ? busy() : error
      })
      try {
        return fileOf(await inThread(table, signal, memoryMbMax))
      } finally {
        release()
      }
    },
  }
}

function inThread(table: XlsxTable, signal: AbortSignal, memoryMbMax: number): Promise<XlsxReply> {
  return new Promise<XlsxReply>((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal))
    const thread = new Worker(PROGRAM, {
      workerData: table,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMbMax },
    })
    const aborted = () => {
      reject(reasonOf(signal))
      void thread.terminate()
    }
    signal.addEventListener('abort', aborted)
    thread.once('message', (message: unknown) => resolve(reply.parse(message)))
    thread.once('error', (error: Error) => reject(failureOf(error)))
    thread.once('exit', () => {
      signal.removeEventListener('abort', aborted)
      reject(new AppError('INTERNAL', 'the thread that wrote an XLSX file ended without it'))
    })
  })
}

function fileOf(answer: XlsxReply): Uint8Array {
  if (answer.kind === 'file') return answer.bytes
  throw new AppError('NOT_ACCEPTABLE', answer.detail, {
    message: 'A value has more than the 32,767 characters that a cell of an XLSX file can hold; ask for another format',
  })
}

function failureOf(error: Error): AppError {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new AppError('NOT_ACCEPTABLE', 'an XLSX file needed too much memory', {
      message: 'The rows are too many for an XLSX file; ask for fewer, or for another format',
    })
  }
  return new AppError('INTERNAL', `an XLSX file could not be written: ${error.message}`, {}, { cause: error })
}

function busy(): AppError {
  return new AppError('CONCURRENCY_LIMITED', 'too many XLSX files are being written', {
    headers: { 'Retry-After': '1' },
  })
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
