import { describe, expect, it } from 'vitest'
import { RowBatches } from './row-batches.js'

function source() {
  const told: string[] = []
  const tell = (word: string) => () => void told.push(word)
  return { told, pause: tell('pause'), resume: tell('resume'), abandon: tell('abandon') }
}
const NO_CAPS = { rowsMax: undefined, bytesMax: undefined }

/** Adds rows of one byte, as long as they fit. */
function add(batches: RowBatches, count: number): void {
  for (let row = 0; row < count && batches.fits(1); row += 1) batches.add([String(row)], 1)
}

describe('rows in batches', () => {
  it('stop the source when two batches are ready, and let it go on when one was taken', async () => {
    const from = source()
    const batches = new RowBatches(from, NO_CAPS)
    add(batches, 1024)
    expect(from.told).toEqual(['pause'])
    expect((await batches.next())?.rows).toHaveLength(512)
    expect(from.told).toEqual(['pause', 'resume'])
  })

  it('come to a waiting reader without waiting for a full batch', async () => {
    const batches = new RowBatches(source(), NO_CAPS)
    const next = batches.next()
    add(batches, 3)
    expect((await next)?.rows).toHaveLength(3)
  })

  it('are cut at the cap, say so on the last batch, and stop the source', async () => {
    const from = source()
    const batches = new RowBatches(from, { rowsMax: 5, bytesMax: undefined })
    add(batches, 10)
    expect(await batches.next()).toMatchObject({ rows: { length: 5 }, truncated: true })
    expect(await batches.next()).toBeUndefined()
    expect(from.told).toEqual(['abandon'])
  })

  it('are given up when a row is announced that cannot fit', async () => {
    const from = source()
    const batches = new RowBatches(from, { rowsMax: undefined, bytesMax: 10 })
    batches.announced(10)
    expect(batches.isOpen).toBe(true)
    batches.announced(11)
    expect(await batches.next()).toMatchObject({ rows: [], truncated: true })
  })

  it('are one empty batch when there are none, so that the fields are known', async () => {
    const batches = new RowBatches(source(), NO_CAPS)
    batches.fields = [{ name: 'n', type: 'int4', encoding: 'raw' }]
    batches.end(undefined)
    expect(await batches.next()).toEqual({ fields: batches.fields, rows: [], truncated: false })
    expect(await batches.next()).toBeUndefined()
  })
})
