import { AppError } from '@penstock/errors'
import { renameKeys, snakeToCamel, type Envelope, type Naming } from '@penstock/result-shape'

export interface ScriptAnswerOptions {
  readonly naming: Naming
  readonly rowsMax: number | undefined
  readonly bytesMax: number | undefined
  /** Rows were left out before the script saw them. */
  readonly truncated: boolean
}

/**
 * The envelope of what a script or a transform returned, as JSON text: an object with `success`, `message` and `data` is the envelope, one
 * with `data` is what stands beside `success: true`, an array is the data, anything else its one item, nothing none. Items of `data`
 * beyond the caps are left out whole.
 */
export function scriptAnswer(result: string | undefined, options: ScriptAnswerOptions): Envelope {
  const { success, message, data, more } = partsOf(result === undefined ? undefined : JSON.parse(result))
  const cut = cutData(data, options)
  const truncated = options.truncated || cut.truncated
  // Written out part by part: a key of the script's may be called anything, __proto__ too, and is never set on an object here.
  const members = [`"success":${success}`, `"message":${JSON.stringify(message)}`, `"data":${cut.text}`]
  if (truncated) members.push('"truncated":true')
  for (const [key, value] of more) {
    if (!(truncated && key === 'truncated')) members.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`)
  }
  const body = `{${members.join(',')}}`
  return {
    body: options.naming === 'camel' ? renameKeys(body, snakeToCamel) : body,
    truncated,
    rowCount: cut.count,
  }
}

interface Parts {
  readonly success: boolean
  readonly message: string | null
  readonly data: unknown
  readonly more: readonly (readonly [string, unknown])[]
}

const ENVELOPE_KEYS: ReadonlySet<string> = new Set(['success', 'message', 'data'])

function partsOf(value: unknown): Parts {
  if (value === undefined) return { success: true, message: null, data: [], more: [] }
  if (Array.isArray(value)) return { success: true, message: null, data: value, more: [] }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'data'))
    return { success: true, message: null, data: value === null ? [] : [value], more: [] }
  const members = new Map<string, unknown>(Object.entries(value))
  return {
    success: successOf(members),
    message: messageOf(members.get('message')),
    data: members.get('data'),
    more: [...members].filter(([key]) => !ENVELOPE_KEYS.has(key)),
  }
}

function successOf(members: ReadonlyMap<string, unknown>): boolean {
  const success = members.get('success')
  if (success === undefined) return true
  if (typeof success === 'boolean') return success
  throw new AppError('SCRIPT_FAILED', `success of the result is neither true nor false`)
}

function messageOf(message: unknown): string | null {
  if (message === undefined || message === null) return null
  if (typeof message === 'string') return message
  throw new AppError('SCRIPT_FAILED', 'message of the result is neither a text nor null')
}

interface CutData {
  readonly text: string
  readonly count: number
  readonly truncated: boolean
}

function cutData(data: unknown, { rowsMax = Infinity, bytesMax = Infinity }: ScriptAnswerOptions): CutData {
  const isList = Array.isArray(data)
  const items: unknown[] = isList && data.length > rowsMax ? data.slice(0, rowsMax) : isList ? data : []
  const text = JSON.stringify(isList ? items : data)
  if (Buffer.byteLength(text) <= bytesMax) {
    return { text, count: isList ? items.length : 1, truncated: isList && data.length > items.length }
  }
  if (!isList) throw new AppError('SCRIPT_OVER_BUDGET', `data has more than ${bytesMax} bytes and is no list`)
  return cutList(items, bytesMax)
}

function cutList(items: readonly unknown[], bytesMax: number): CutData {
  const kept: string[] = []
  let bytes = 0
  for (const item of items) {
    const text = JSON.stringify(item)
    bytes += Buffer.byteLength(text) + 1
    if (bytes > bytesMax) break
    kept.push(text)
  }
  return { text: `[${kept.join(',')}]`, count: kept.length, truncated: true }
}
