import { Writable } from 'node:stream'
import { redact, redactText } from '@penstock/secrets'
import winston from 'winston'

export interface LoggerOptions {
  /** Named in each line: gateway, admin, worker. */
  readonly service: string
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  /** JSON objects for collectors; otherwise coloured lines for people. */
  readonly json: boolean
  /** Where lines go; standard output when left out. */
  readonly write?: (line: string) => void
}

/** Facts beside a message; what has a secret's name, or looks like one, is hidden. */
export type LogFields = Readonly<Record<string, unknown>>

export interface Logger {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
}

/**
 * A winston logger on standard output. Every message and every field is redacted first, so that a careless caller cannot leak a
 * password, a token or the credentials in a URL. Writing never throws.
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? ((line: string) => process.stdout.write(line))
  const format = options.json ? jsonLine : colouredLine
  const inner = winston.createLogger({
    level: options.level,
    format: winston.format.printf((entry) => format(options.service, entry)),
    transports: [new winston.transports.Stream({ stream: lineStream(write), eol: '\n' })],
  })
  const log =
    (level: LoggerOptions['level']) =>
    (message: string, fields: LogFields = {}) => {
      inner.log({ level, message, fields })
    }
  return { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug') }
}

function jsonLine(service: string, entry: winston.Logform.TransformableInfo): string {
  return JSON.stringify({
    time: new Date().toISOString(),
    level: entry.level,
    service,
    message: redactText(String(entry.message)),
    ...membersOf(redact(entry['fields'])),
  })
}

const COLOURS: Readonly<Record<string, string>> = {
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '\u001b[32m',
  debug: '\u001b[90m',
}
const PLAIN = '\u001b[0m'
const DIM = '\u001b[2m'

function colouredLine(service: string, entry: winston.Logform.TransformableInfo): string {
  const fields = Object.entries(membersOf(redact(entry['fields'])))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const time = new Date().toISOString().slice(11, 23)
  const head = `${DIM}${time}${PLAIN} ${COLOURS[entry.level] ?? ''}${entry.level.padEnd(5)}${PLAIN} ${service}`
  const tail = fields.length === 0 ? '' : ` ${DIM}${fields.join(' ')}${PLAIN}`
  return `${head} ${redactText(String(entry.message))}${tail}`
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function lineStream(write: (line: string) => void): NodeJS.WritableStream {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      write(String(chunk))
      done()
    },
  })
}
