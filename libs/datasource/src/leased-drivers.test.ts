import { describe, expect, it } from 'vitest'
import type { Driver } from './driver.js'
import { leasedDrivers } from './leased-drivers.js'

function openable() {
  const open: Set<string> = new Set()
  const of = (name: string) => (): Driver => {
    open.add(name)
    return {
      query: async () => [],
      async *stream() {
        yield { fields: [], rows: [], truncated: false }
      },
      close: async () => void open.delete(name),
    }
  }
  return { open, of }
}

describe('leasedDrivers', () => {
  it('opens one driver for all calls on a data source as it stands', () => {
    const { of, open } = openable()
    const drivers = leasedDrivers(10)
    const first = drivers.lease('a', '1', of('a1'))
    first.release()
    expect(drivers.lease('a', '1', of('other')).driver).toBe(first.driver)
    expect([...open]).toEqual(['a1'])
  })

  it('opens a new driver when the settings change, while calls in flight end on the old one', () => {
    const { of, open } = openable()
    const drivers = leasedDrivers(10)
    const old = [drivers.lease('a', '1', of('a1')), drivers.lease('a', '1', of('a1'))]
    const changed = drivers.lease('a', '2', of('a2'))
    expect(changed.driver).not.toBe(old[0]?.driver)
    old[0]?.release()
    old[0]?.release()
    expect([...open]).toEqual(['a1', 'a2'])
    old[1]?.release()
    expect([...open]).toEqual(['a2'])
  })

  it('closes the driver unused for longest to make room, and refuses when all are in use', () => {
    const { of, open } = openable()
    const drivers = leasedDrivers(2)
    drivers.lease('a', '1', of('a')).release()
    drivers.lease('b', '1', of('b')).release()
    drivers.lease('a', '1', of('a')).release()
    drivers.lease('c', '1', of('c'))
    expect([...open]).toEqual(['a', 'c'])
    drivers.lease('a', '1', of('a'))
    expect(() => drivers.lease('d', '1', of('d'))).toThrow('in use')
    expect(drivers.size).toBe(2)
  })

  it('closes drivers of data sources that are gone, with their last call', () => {
    const { of, open } = openable()
    const drivers = leasedDrivers(5)
    const used = drivers.lease('a', '1', of('a'))
    drivers.lease('b', '1', of('b')).release()
    drivers.retain(new Set(['c']))
    expect([...open]).toEqual(['a'])
    used.release()
    expect([...open]).toEqual([])
    expect(drivers.size).toBe(0)
  })

  it('closes all of them at the end', async () => {
    const { of, open } = openable()
    const drivers = leasedDrivers(5)
    drivers.lease('a', '1', of('a'))
    drivers.lease('b', '1', of('b')).release()
    await drivers.close()
    expect([...open]).toEqual([])
  })
})
