import { AppError } from '@penstock/errors'
import type { CallHead } from './call.js'

/** A format whose rows are sent while they are read. */
export type StreamFormat =
  { readonly kind: 'ndjson' } | { readonly kind: 'csv'; readonly header: boolean; readonly guardFormulas: boolean }

/** A format whose rows are all there before the first byte is sent. */
export type WholeFormat = { readonly kind: 'json' } | { readonly kind: 'xlsx' }

export type AnswerFormat = WholeFormat | StreamFormat

type Kind = AnswerFormat['kind']
type Header = CallHead['headers'][string]

const MEDIA_TYPES: ReadonlyMap<string, Kind> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['text/csv', 'csv'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
])
const NAMES: ReadonlyMap<string, Kind> = new Map([
  ['json', 'json'],
  ['ndjson', 'ndjson'],
  ['csv', 'csv'],
  ['xlsx', 'xlsx'],
])
const JSON_FORMAT: AnswerFormat = Object.freeze({ kind: 'json' })
const XLSX_FORMAT: AnswerFormat = Object.freeze({ kind: 'xlsx' })

/**
 * The format of an answer: what `format` says, else what Accept likes best, else JSON. Both take parameters:
 * `text/csv;header=absent;formulas=guarded`. Throws PARAM_INVALID for a `format` that does not exist, and NOT_ACCEPTABLE when the API
 * has none that was asked for.
 */
export function answerFormat(
  asked: string | readonly string[] | undefined,
  accept: Header,
  streams: boolean,
): AnswerFormat {
  if (asked !== undefined) return namedFormat(asked, streams)
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return JSON_FORMAT
  return acceptedFormat(typeof accept === 'string' ? accept : accept.join(','), streams)
}

function namedFormat(asked: string | readonly string[], streams: boolean): AnswerFormat {
  const { name, parameters } = parsed(typeof asked === 'string' ? asked : asked.join(','))
  const kind = NAMES.get(name)
  const format = kind === undefined ? undefined : formatOf(kind, parameters)
  if (format === undefined) {
    const message = 'must be json, xlsx, ndjson or csv; csv may be followed by ;header=absent and ;formulas=guarded'
    throw new AppError('PARAM_INVALID', `format ${message}`, {
      errors: [{ name: 'format', location: 'query', message }],
    })
  }
  if (!isWhole(format.kind) && !streams) throw notAcceptable(streams)
  return format
}

interface Candidate {
  readonly format: AnswerFormat
  readonly quality: number
  /** 2: the type itself, 1: one of its family, 0: anything. */
  readonly exactness: number
}

function acceptedFormat(accept: string, streams: boolean): AnswerFormat {
  let best: Candidate | undefined
  for (const range of accept.split(',')) {
    const candidate = candidateOf(range, streams)
    if (candidate === undefined || candidate.quality === 0) continue
    // Of equals the one that is named wins over a wildcard, then the first.
    const better =
      best === undefined ||
      candidate.quality > best.quality ||
      (candidate.quality === best.quality && candidate.exactness > best.exactness)
    if (better) best = candidate
  }
  if (best === undefined) throw notAcceptable(streams)
  return best.format
}

function candidateOf(range: string, streams: boolean): Candidate | undefined {
  const { name, parameters } = parsed(range)
  const quality = Number(parameters.get('q') ?? '1')
  if (Number.isNaN(quality)) return undefined
  parameters.delete('q')
  if (name === '*/*') return { format: JSON_FORMAT, quality, exactness: 0 }
  if (name === 'application/*') return { format: JSON_FORMAT, quality, exactness: 1 }
  if (name === 'text/*') return streams ? { format: csv(true, false), quality, exactness: 1 } : undefined
  const kind = name.endsWith('+json') ? 'json' : MEDIA_TYPES.get(name)
  if (kind === undefined || (!isWhole(kind) && !streams)) return undefined
  const format = formatOf(kind, parameters)
  return format === undefined ? undefined : { format, quality, exactness: 2 }
}

/** Undefined when CSV is asked for in a way that does not exist: doing something else would go unnoticed. */
function formatOf(kind: Kind, parameters: ReadonlyMap<string, string>): AnswerFormat | undefined {
  if (kind === 'json') return JSON_FORMAT
  if (kind === 'xlsx') return XLSX_FORMAT
  if (kind === 'ndjson') return { kind }
  const header = parameters.get('header') ?? 'present'
  const formulas = parameters.get('formulas') ?? 'plain'
  if (!['present', 'absent'].includes(header) || !['plain', 'guarded'].includes(formulas)) return undefined
  return csv(header === 'present', formulas === 'guarded')
}

function isWhole(kind: Kind): kind is WholeFormat['kind'] {
  return kind === 'json' || kind === 'xlsx'
}

function csv(header: boolean, guardFormulas: boolean): StreamFormat {
  return { kind: 'csv', header, guardFormulas }
}

function parsed(text: string): { name: string; parameters: Map<string, string> } {
  const [name = '', ...rest] = text.toLowerCase().split(';')
  const parameters = new Map<string, string>()
  for (const part of rest) {
    const [key = '', value = ''] = part.split('=')
    parameters.set(key.trim(), value.trim().replaceAll('"', ''))
  }
  return { name: name.trim(), parameters }
}

function notAcceptable(streams: boolean): AppError {
  const message = streams
    ? 'This API answers application/json, application/x-ndjson, text/csv and XLSX'
    : 'This API answers application/json and XLSX'
  return new AppError('NOT_ACCEPTABLE', 'no format that was asked for', { message })
}
