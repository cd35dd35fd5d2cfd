import { z } from 'zod'

const PAGE_SIZE_MAX = 10_000

/** What callers of an API with paging say in the query; no parameter of such an API has one of these names. */
export const PAGING_PARAM_NAMES: readonly string[] = ['page', 'page_size', 'cursor', 'total']

const orderKey = z.strictObject({
  column: z
    .string()
    .min(1)
    .max(128)
    .refine((name) => !name.includes('\u0000'), 'cannot hold NUL')
    .describe('A column of the result, by its name there'),
  direction: z.enum(['asc', 'desc']).default('asc'),
})

/** How an API hands out its rows page by page. */
export const pagingDefinition = z
  .strictObject({
    mode: z.enum(['offset', 'keyset']).describe('offset: by number of page; keyset: on from the last row, by a cursor'),
    page_size: z.number().int().min(1).max(PAGE_SIZE_MAX).default(20),
    page_size_max: z.number().int().min(1).max(PAGE_SIZE_MAX).default(100),
    order_by: z
      .array(orderKey)
      .min(1)
      .max(4)
      .refine((keys) => new Set(keys.map(({ column }) => column)).size === keys.length, 'names a column twice')
      .describe('Together unique in the result, or rows would have no place of their own'),
    total: z
      .enum(['never', 'on_request', 'always'])
      .default('on_request')
      .describe('Whether all rows are counted: a second statement, on_request for calls with total=true'),
  })
  .refine(({ page_size, page_size_max }) => page_size <= page_size_max, {
    path: ['page_size'],
    error: 'cannot be more than page_size_max',
  })
  .meta({ id: 'PagingDefinition' })
export type PagingDefinition = z.output<typeof pagingDefinition>
