import { describe, expect, it } from 'vitest'
import { AppError, CATALOGUE, toProblem } from './index.js'

describe('toProblem', () => {
  it('answers with the status and title of the code and keeps the operator’s sentence to itself', () => {
    const problem = toProblem(new AppError('DATASOURCE_TIMEOUT', 'pool crm waited 2000 ms on 10.0.0.7'), 'r1')
    expect(problem.status).toBe(504)
    expect(problem.body).toEqual({
      success: false,
      message: CATALOGUE.DATASOURCE_TIMEOUT.title,
      data: [],
      code: 'DATASOURCE_TIMEOUT',
      request_id: 'r1',
    })
    expect(JSON.stringify(problem)).not.toContain('10.0.0.7')
  })

  it('shows the open message, faults and headers', () => {
    const error = new AppError('PARAM_INVALID', 'x', {
      message: 'limit must be at most 100',
      errors: [{ name: 'limit', location: 'query', message: 'must be at most 100' }],
      headers: { 'retry-after': '3' },
    })
    const problem = toProblem(error, 'r2')
    expect(problem.headers).toEqual({ 'retry-after': '3' })
    expect(problem.body.message).toBe('limit must be at most 100')
    expect(problem.body.errors).toHaveLength(1)
  })

  it('keeps the status of Fastify’s own errors', () => {
    const tooLarge = Object.assign(new Error('big'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 })
    expect(toProblem(tooLarge, 'r').status).toBe(413)
    expect(toProblem(Object.assign(new Error('x'), { statusCode: 415 }), 'r').body.code).toBe('MEDIA_TYPE_UNSUPPORTED')
  })

  it.each([['a string'], [null], [undefined], [new Error('secret dsn')], [{ statusCode: 'odd' }]])(
    'answers 500 without a word of what was thrown: %s',
    (thrown) => {
      const problem = toProblem(thrown, 'r')
      expect(problem.status).toBe(500)
      expect(problem.body.message).toBe('Internal server error')
    },
  )
})
