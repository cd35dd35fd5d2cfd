import { describe, expect, it } from 'vitest'
import { createLogger } from './logger.js'

function capture(options: { json: boolean; level?: 'info' | 'debug' }) {
  const lines: string[] = []
  const logger = createLogger({
    service: 'gateway',
    level: options.level ?? 'info',
    json: options.json,
    write: (line) => lines.push(line),
  })
  return { logger, lines }
}

describe('createLogger', () => {
  it('writes one JSON object per line, without secrets in message or fields', () => {
    const { logger, lines } = capture({ json: true })
    logger.info('reached postgres://u:hunter2@h/db', {
      password: 'hunter2',
      nested: { clientSecret: 'hunter2' },
      path: '/a',
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain('hunter2')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      service: 'gateway',
      path: '/a',
      password: '[redacted]',
    })
  })

  it('writes coloured lines for people, one per entry, with the fields behind the message', () => {
    const { logger, lines } = capture({ json: false })
    logger.warn('slow', { durationMs: 12, token: 'hunter2' })
    expect(lines.join('')).toMatch(/warn .* gateway slow .*durationMs=12 token=\[redacted\]/)
    expect(lines.join('').endsWith('\n')).toBe(true)
  })

  it('is silent below its level', () => {
    const { logger, lines } = capture({ json: true })
    logger.debug('detail')
    expect(lines).toEqual([])
  })
})
