import type { Field, Row, RowBatch } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { csvEncoder, ndjsonEncoder, type Naming } from '@penstock/result-shape'
import type { StreamFormat } from './answer-format.js'
import type { AnswerStream, Call, StreamHead } from './call.js'
import type { ApiPlan, CompiledSnapshot } from './compiled-snapshot.js'
import { activeDatasource } from './datasource-of-call.js'
import { streamSql } from './execute-sql.js'
import type { CallParams } from './read-call-params.js'
import { fileName } from './file-name.js'
import type { SqlUnit } from './sql-unit.js'
import { streamClock, type StreamClock } from './stream-clock.js'

/** What is asked for, of which API, and how. */
export interface StreamedCall {
  readonly plan: ApiPlan
  readonly unit: SqlUnit
  readonly params: CallParams
  readonly format: StreamFormat
}

// The server's own deadline of a statement that has no other: a reader may take long, but nothing lasts for ever.
const STREAM_MS_MAX = 3_600_000

/**
 * Sends the rows of one statement while they are read, as fast as the caller takes them and no faster. Fails as any call does before the
 * first row; a failure after it, or more rows than max_rows, leaves the answer without its end, and whoever opened it must break it off.
 */
export async function streamCall(snapshot: CompiledSnapshot, call: Call, streamed: StreamedCall): Promise<void> {
  const { ports, trace, signal } = call
  const { plan, unit, params } = streamed
  const datasource = activeDatasource(snapshot, plan)
  trace.datasource = datasource.name
  signal.throwIfAborted()
  const startedMs = ports.monotonicMs()
  const lease = ports.leaseDriver(datasource)
  const clock = streamClock(signal, plan.timeoutMs, ports.settings.executionTimeoutMs)
  try {
    clock.waiting()
    const batches = await streamSql({
      unit,
      values: params.values,
      driver: lease.driver,
      readOnly: plan.readOnly,
      signal,
      timeoutMs: plan.timeoutMs ?? datasource.statementTimeoutMs ?? STREAM_MS_MAX,
      rowsMax: plan.rowsMax,
      bytesMax: undefined,
      prepare: (texts) => ports.prepareTexts(datasource, texts, signal),
    })
    await sendRows(call, streamed, batches, clock)
  } finally {
    clock.stop()
    lease.release()
    trace.executionMs = ports.monotonicMs() - startedMs
  }
}

async function sendRows(
  call: Call,
  { plan, format, params }: StreamedCall,
  batches: AsyncIterable<RowBatch>,
  clock: StreamClock,
): Promise<void> {
  const { signal, trace } = call
  let answer: AnswerStream | undefined
  let encoder: Encoder | undefined
  for await (const { fields, rows, truncated } of batches) {
    clock.answered()
    signal.throwIfAborted()
    let before = ''
    if (encoder === undefined) {
      encoder = encoderOf(format, fields, params.naming)
      before = encoder.before
      answer = call.openStream(streamHead(format, plan.path))
    }
    // Only the head was asked for: the statement is stopped.
    if (answer === undefined) return
    trace.rows = (trace.rows ?? 0) + rows.length
    const text = before + encoder.encode(rows)
    const behind = text === '' ? undefined : answer.write(text)
    if (behind !== undefined) await behind
    signal.throwIfAborted()
    if (truncated) {
      await answer.flush()
      throw new AppError('STREAM_CAPPED', `more than the ${plan.rowsMax} rows of max_rows`)
    }
    clock.waiting()
  }
  clock.stop()
  await answer?.end()
  signal.throwIfAborted()
}

interface Encoder {
  /** What stands before the first row. */
  readonly before: string
  encode(rows: readonly Row[]): string
}

function encoderOf(format: StreamFormat, fields: readonly Field[], naming: Naming): Encoder {
  if (format.kind === 'ndjson') return { before: '', encode: ndjsonEncoder(fields, naming) }
  const { header, encode } = csvEncoder(fields, { naming, guardFormulas: format.guardFormulas })
  return { before: format.header ? header : '', encode }
}

function streamHead(format: StreamFormat, path: string): StreamHead {
  if (format.kind === 'ndjson') return { contentType: 'application/x-ndjson; charset=utf-8', fileName: undefined }
  return {
    contentType: `text/csv; charset=utf-8; header=${format.header ? 'present' : 'absent'}`,
    fileName: fileName(path, 'csv'),
  }
}
