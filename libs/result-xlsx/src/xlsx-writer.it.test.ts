import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { xlsxWriter, type XlsxTable } from './index.js'

const never = new AbortController().signal
const text = (name: string) => ({ name, encoding: 'string' as const })
const raw = (name: string) => ({ name, encoding: 'raw' as const })
const partsOf = (file: Uint8Array) =>
  Object.fromEntries(Object.entries(unzipSync(file)).map(([name, bytes]) => [name, strFromU8(bytes)]))
const codeOf = (writing: Promise<unknown>) =>
  writing.then(
    () => 'written',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  )

describe('xlsxWriter', () => {
  it('writes a table with typed cells, and no formula in it', async () => {
    const table: XlsxTable = {
      columns: [text('name'), raw('price'), raw('paid'), text('=evil')],
      rows: [
        ["=cmd|' /C calc'!A0", '1.50', 'true', '+1'],
        ['<b>&"ä😀', '12345678901234567890', 'false', null],
      ],
    }
    const parts = partsOf(await xlsxWriter().write(table, never))
    const sheet = parts['xl/worksheets/sheet1.xml'] ?? ''
    expect(Object.keys(parts)).toContain('[Content_Types].xml')
    expect(sheet).not.toContain('<f>')
    expect(sheet).toContain('<v>1.5</v>')
    expect(sheet).toMatch(/t="b"[^>]*><v>1</)
    const strings = parts['xl/sharedStrings.xml'] ?? ''
    for (const words of ['=cmd|', '=evil', '+1', '12345678901234567890', '&lt;b&gt;&amp;', 'ä😀']) {
      expect(strings).toContain(words)
    }
  })

  it('leaves the event loop free while it writes many rows', async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => [`text ${at}`, String(at), null, 'x'])
    let longestMs = 0
    let lastMs = performance.now()
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs)
      lastMs = performance.now()
    }, 5)
    const startedMs = performance.now()
    const file = await xlsxWriter().write({ columns: [text('a'), raw('b'), raw('c'), text('d')], rows }, never)
    clearInterval(beat)
    expect((partsOf(file)['xl/worksheets/sheet1.xml']?.match(/<row /g) ?? []).length).toBe(10_001)
    // Copying the rows to the thread takes its time; writing them takes many times as long.
    expect(longestMs).toBeLessThan((performance.now() - startedMs) / 2)
  })

  it('refuses what no cell can hold, and a table that needs more memory than it may have', async () => {
    const long = { columns: [text('a')], rows: [['x'.repeat(40_000)]] }
    expect(await codeOf(xlsxWriter().write(long, never))).toBe('NOT_ACCEPTABLE')
    const rows = Array.from({ length: 200_000 }, (_, at) => [`${at} ${'x'.repeat(50)}`])
    const small = xlsxWriter({ memoryMbMax: 32 })
    expect(await codeOf(small.write({ columns: [text('a')], rows }, never))).toBe('NOT_ACCEPTABLE')
  })

  it('writes few at a time, refuses those who find the queue full, and stops when nobody wants the file', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => [`text ${at}`])
    const table = { columns: [text('a')], rows }
    const writer = xlsxWriter({ threadsMax: 1, queueSize: 1 })
    const gone = new AbortController()
    const first = codeOf(writer.write(table, gone.signal))
    const second = codeOf(writer.write({ columns: [text('a')], rows: [] }, never))
    expect(await codeOf(writer.write(table, never))).toBe('CONCURRENCY_LIMITED')
    gone.abort(new Error('gone'))
    expect(await first).toBe('gone')
    expect(await second).toBe('written')
  })
})
