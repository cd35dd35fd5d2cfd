import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RecordBatch } from './record-batch.js'

it('gives back every text that was added, in order, however long and in whatever script', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3000 }), { maxLength: 60 }), (texts) => {
      const batch = new RecordBatch()
      for (const text of texts) batch.add(JSON.stringify(text))
      const body: unknown = JSON.parse(batch.body('g "1"').toString('utf8'))
      expect(body).toEqual({ batch_id: expect.any(String), gateway_id: 'g "1"', records: texts })
      expect(batch.count).toBe(texts.length)
    }),
  )
})

it('keeps its id and its content when it is asked again', () => {
  const batch = new RecordBatch()
  batch.add('1')
  expect(batch.body('g').equals(batch.body('g'))).toBe(true)
})
