import { z } from 'zod'

/** A name that people give: blanks at its ends do not count. */
export const displayName = z.string().trim().min(1).max(255)
export const description = z.string().max(10_000)
/** RFC 3339 with zone. */
export const time = z.iso.datetime({ offset: true })
/** The path parameter of everything that has an id. */
export const idParams = z.strictObject({ id: z.uuid() })
export const idList = z.array(z.uuid()).max(10_000)
/** Calls per minute; null: the gateway's default. */
export const ratePerMinute = z.number().int().min(1).max(10_000_000).nullable()
/** Calls in flight; null: the gateway's default. */
export const concurrentMax = z.number().int().min(1).max(1_000_000).nullable()

/** A body that changes some of the fields: at least one, none with a default. */
export function changes<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  return schema.partial()
}
