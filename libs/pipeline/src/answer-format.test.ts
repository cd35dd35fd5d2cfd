import { describe, expect, it } from 'vitest'
import { answerFormat } from './answer-format.js'

const json = { kind: 'json' }
const ndjson = { kind: 'ndjson' }
const csv = { kind: 'csv', header: true, guardFormulas: false }
const codeOf = (choose: () => unknown): unknown => {
  try {
    return choose()
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('the format of an answer', () => {
  it.each([
    [undefined, json],
    ['*/*', json],
    ['application/json, text/plain, */*', json],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', json],
    ['application/hal+json', json],
    ['application/x-ndjson', ndjson],
    ['text/csv, */*', csv],
    ['application/json;q=0.5, text/csv', csv],
    ['text/csv;q=0.5, application/json', json],
    ['TEXT/CSV; header=absent', { ...csv, header: false }],
    ['text/csv;header=present;formulas=guarded', { ...csv, guardFormulas: true }],
    ['text/csv;q=0, application/x-ndjson;q=0.1', ndjson],
    ['text/html', 'NOT_ACCEPTABLE'],
    ['text/csv;header=maybe', 'NOT_ACCEPTABLE'],
  ])('by Accept %j is %j', (accept, expected) => {
    expect(codeOf(() => answerFormat(undefined, accept, true))).toEqual(expected)
  })

  it.each([
    ['csv', csv],
    ['ndjson', ndjson],
    ['json', json],
    ['csv;header=absent;formulas=guarded', { kind: 'csv', header: false, guardFormulas: true }],
    ['xml', 'PARAM_INVALID'],
    ['csv;header=maybe', 'PARAM_INVALID'],
    ['constructor', 'PARAM_INVALID'],
    ['', 'PARAM_INVALID'],
  ])('by ?format=%s is %j, whatever Accept says', (asked, expected) => {
    expect(codeOf(() => answerFormat(asked, 'application/json;q=0', true))).toEqual(expected)
  })

  it('is JSON alone where the API does not stream', () => {
    expect(answerFormat(undefined, 'text/csv, */*;q=0.1', false)).toEqual(json)
    expect(codeOf(() => answerFormat(undefined, 'text/csv', false))).toBe('NOT_ACCEPTABLE')
    expect(codeOf(() => answerFormat('ndjson', undefined, false))).toBe('NOT_ACCEPTABLE')
    expect(codeOf(() => answerFormat('xml', undefined, false))).toBe('PARAM_INVALID')
  })
})
