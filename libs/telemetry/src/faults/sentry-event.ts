import { redactText } from '@penstock/secrets'
import type { Fault } from './fault.js'

interface Frame {
  readonly function: string
  readonly filename: string
  readonly lineno: number
  readonly colno: number
  readonly in_app: boolean
}

const MESSAGE_CHARACTERS_MAX = 2_000
const FRAMES_MAX = 50
const CAUSES_MAX = 4

/** A fault as an event of Sentry; every text is redacted. Holds no request: neither headers, nor parameters, nor addresses. */
export function sentryEvent(
  { where, error, tags }: Fault,
  facts: {
    readonly id: string
    readonly atMs: number
    readonly service: string
    readonly release: string
    readonly environment: string
  },
) {
  return {
    event_id: facts.id,
    timestamp: facts.atMs / 1000,
    platform: 'node',
    level: 'error',
    logger: facts.service,
    transaction: where,
    release: facts.release,
    environment: facts.environment,
    tags: { service: facts.service, ...tags },
    exception: { values: exceptionsOf(error) },
  }
}

/** The error and its causes; the innermost comes first, as Sentry wants it. */
function exceptionsOf(error: unknown): readonly object[] {
  const found: object[] = []
  for (let one: unknown = error; one !== undefined && found.length < CAUSES_MAX;) {
    found.unshift(exceptionOf(one))
    one = one instanceof Error ? one.cause : undefined
  }
  return found
}

function exceptionOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: 'Error', value: shown(String(error)) }
  return { type: error.name, value: shown(error.message), stacktrace: { frames: framesOf(error.stack ?? '') } }
}

function shown(text: string): string {
  return redactText(text).slice(0, MESSAGE_CHARACTERS_MAX)
}

const FRAME = /^\s*at (?:(.+?) \()?(?:file:\/\/)?(.+?):(\d+):(\d+)\)?$/

/** Frames from the outermost to the innermost. */
function framesOf(stack: string): readonly Frame[] {
  return stack
    .split('\n')
    .flatMap((line) => {
      const [, name, filename, lineno, colno] = FRAME.exec(line) ?? []
      if (filename === undefined) return []
      const in_app = !filename.includes('node_modules') && !filename.startsWith('node:')
      return [{ function: name ?? '?', filename, lineno: Number(lineno), colno: Number(colno), in_app }]
    })
    .slice(0, FRAMES_MAX)
    .reverse()
}
