import { z } from 'zod'

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)

/** `true` or `false` in a query string. */
export const queryFlag = z.enum(['true', 'false']).transform((word) => word === 'true')

/** Text that something is searched by; an empty one means no filter. */
export const queryText = z
  .string()
  .max(255)
  .transform((text) => (text === '' ? undefined : text))

/** A time in a query string, with its zone. */
export const queryTime = z.iso.datetime({ offset: true })

/**
 * The query of a list: page, page_size, sort (one of `sorts`, with `-` in front for descending; the first is the default) and the
 * list's own filters. Anything else is refused.
 */
export function listQuery<const Sort extends readonly [string, ...string[]], Filters extends z.ZodRawShape>(
  sorts: Sort,
  filters: Filters,
) {
  return z.strictObject({
    page: whole(1, 1_000_000).default(1).describe('Counted from 1'),
    page_size: whole(1, 500).default(20),
    sort: z.enum(bothWays(sorts)).default(sorts[0]),
    ...filters,
  })
}

/** The answer of a list. */
export function listAnswer<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), total: z.number().int() })
}

function bothWays(sorts: readonly string[]): string[] {
  return [...new Set(sorts.flatMap((field) => [field, field.startsWith('-') ? field.slice(1) : `-${field}`]))]
}
