import { redisAddress, type RedisAddress } from '@penstock/redis-address'
import { z } from 'zod'

const TRUE = ['true', '1', 'yes', 'on']
const FALSE = ['false', '0', 'no', 'off']

/** true/false/1/0/yes/no/on/off in any case. */
export function flag(fallback: boolean) {
  return z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return fallback
      const word = text.trim().toLowerCase()
      if (TRUE.includes(word)) return true
      if (FALSE.includes(word)) return false
      context.addIssue({ code: 'custom', message: 'must be true or false' })
      return z.NEVER
    })
}

/** A whole number within bounds, both included. */
export function wholeNumber(fallback: number, bounds: { min: number; max: number }) {
  return z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return fallback
      const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
      if (Number.isSafeInteger(value) && value >= bounds.min && value <= bounds.max) return value
      context.addIssue({ code: 'custom', message: `must be a whole number from ${bounds.min} to ${bounds.max}` })
      return z.NEVER
    })
}

/** A share from 0 to 1. */
export function ratio(fallback: number) {
  return z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return fallback
      const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN
      if (value >= 0 && value <= 1) return value
      context.addIssue({ code: 'custom', message: 'must be a number from 0 to 1' })
      return z.NEVER
    })
}

/** The IANA name of a time zone. */
export function timeZone(fallback: string) {
  return z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return fallback
      const name = text.trim()
      if (isTimeZone(name)) return name
      context.addIssue({
        code: 'custom',
        message: 'must be the IANA name of a time zone, such as Europe/Berlin or UTC',
      })
      return z.NEVER
    })
}

function isTimeZone(name: string): boolean {
  // Offsets such as +02:00 are known to some versions of Node; they have no clocks that change.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Seconds in the environment (decimals allowed), milliseconds in the program. */
export function secondsAsMs(fallbackSeconds: number, bounds: { min: number; max: number }) {
  return z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return fallbackSeconds * 1000
      const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN
      if (value >= bounds.min && value <= bounds.max) return Math.round(value * 1000)
      context.addIssue({ code: 'custom', message: `must be seconds from ${bounds.min} to ${bounds.max}` })
      return z.NEVER
    })
}

/** A TCP port; 0 lets the system choose. */
export function port(fallback: number) {
  return wholeNumber(fallback, { min: 0, max: 65_535 })
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, fallback: Words[number]) {
  return z.enum(words).default(fallback)
}

/** A comma list; blanks around and between items do not matter. */
export function commaList(fallback: readonly string[] = []) {
  return z
    .string()
    .optional()
    .transform((text) =>
      text === undefined
        ? [...fallback]
        : text
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== ''),
    )
}

/** Text that may be left out. */
export function optionalText() {
  return z.string().optional()
}

/** Where one Redis is, behind sentinels or not; may be left out. */
export function optionalRedisUrl() {
  return z
    .string()
    .superRefine((url, context) =>
      refuseRedis(context, url, ({ kind }) =>
        kind === 'cluster'
          ? 'is a Redis Cluster, which can hold limits alone: name it in FLOW_CONTROL_REDIS_URL'
          : undefined,
      ),
    )
    .optional()
}

/** Where a Redis of any form is; may be left out. */
export function optionalRedisOrClusterUrl() {
  return z
    .string()
    .superRefine((url, context) => refuseRedis(context, url, () => undefined))
    .optional()
}

function refuseRedis(
  context: z.RefinementCtx,
  url: string,
  faultOf: (address: RedisAddress) => string | undefined,
): void {
  let message: string | undefined
  try {
    message = faultOf(redisAddress(url))
  } catch (error) {
    message = error instanceof Error ? error.message : String(error)
  }
  if (message !== undefined) context.addIssue({ code: 'custom', message })
}

/** Text with a default. */
export function text(fallback: string) {
  return z.string().default(fallback)
}

/** Text that must be there and have at least `lengthMin` characters. */
export function requiredText(lengthMin = 1) {
  return z.string({ error: 'is required' }).min(lengthMin, `must have at least ${lengthMin} characters`)
}

/** The DSN of a Sentry project; undefined when it is not set. */
export function sentryDsn() {
  return z
    .string()
    .regex(/^https?:\/\/[^@/\s]+@[^/\s]+\/(?:.+\/)?\d+$/, 'must be of the form https://<key>@<host>/<project>')
    .optional()
}
