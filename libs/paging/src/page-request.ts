import type { PagingPlan } from './paging-plan.js'

/** The page that a call asks for. */
export interface PageRequest {
  /** From 1; of keyset paging always 1. */
  readonly page: number
  readonly pageSize: number
  /** As the caller gave it, not yet looked at. */
  readonly cursor: string | undefined
  readonly total: boolean
  /** The names by which the caller asked for a page; empty: it did not. */
  readonly asked: readonly string[]
}

export interface PageFault {
  readonly name: string
  readonly location: 'query'
  readonly message: string
}

export type ReadPage =
  { readonly ok: true; readonly request: PageRequest } | { readonly ok: false; readonly faults: readonly PageFault[] }

type Given = Readonly<Record<string, string | readonly string[]>>

// Further pages than this are reached by a better filter, or with a cursor.
const PAGE_MAX = 1_000_000_000
const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
])

/** Reads what a call says of its page, all faults at once. `pageSize` is `page_size` for callers who name in camel case. */
export function readPage(plan: PagingPlan, query: Given, naming: 'as-is' | 'camel'): ReadPage {
  const faults: PageFault[] = []
  const asked: string[] = []
  const say = (name: string, message: string): void => void faults.push({ name, location: 'query', message })
  const text = (name: string, camel = name): string | undefined => {
    const given = own(query, name) ?? (naming === 'camel' ? own(query, camel) : undefined)
    if (given === undefined) return undefined
    asked.push(name)
    if (typeof given === 'string') return given.trim() === '' ? undefined : given.trim()
    say(name, 'must be given once')
    return undefined
  }
  const number = (name: string, given: string | undefined, most: number, otherwise: number): number => {
    if (given === undefined) return otherwise
    const value = /^\d{1,16}$/.test(given) ? Number(given) : 0
    if (value >= 1 && value <= most) return value
    say(name, `must be a whole number from 1 to ${most}`)
    return otherwise
  }
  const pageSize = number('page_size', text('page_size', 'pageSize'), plan.pageSizeMax, plan.pageSize)
  const page = plan.mode === 'offset' ? number('page', text('page'), PAGE_MAX, 1) : 1
  const cursor = plan.mode === 'keyset' ? text('cursor') : undefined
  const counted = plan.total === 'on_request' ? text('total') : undefined
  const total = counted === undefined ? plan.total === 'always' : TRUTH.get(counted.toLowerCase())
  if (total === undefined) say('total', 'must be true or false (or 1, 0, yes, no)')
  if (faults.length > 0) return { ok: false, faults }
  return { ok: true, request: { page, pageSize, cursor, total: total === true, asked } }
}

function own(query: Given, name: string): string | readonly string[] | undefined {
  return Object.hasOwn(query, name) ? query[name] : undefined
}
