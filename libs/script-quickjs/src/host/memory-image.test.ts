import { expect, it } from 'vitest'
import { findStack, MemoryImage } from './memory-image.js'
import './web-assembly.js'

const KB = 1024
const MB = 1024 * KB

/** Memory laid out as the engine's: data, a stack of 5 MB, a heap. */
function laidOut() {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 512 })
  const bytes = () => new Uint8Array(memory.buffer)
  bytes().fill(1, 1 * KB, 90 * KB)
  bytes().fill(2, 5 * MB + 90 * KB, 5 * MB + 200 * KB)
  return { memory, bytes, stack: findStack(memory) }
}

it('finds the stack between data and heap, and leaves what may be data that starts as zero', () => {
  const { stack } = laidOut()
  expect(stack.from).toBeGreaterThanOrEqual(90 * KB + 200 * KB)
  expect(stack.to).toBeLessThanOrEqual(5 * MB + 90 * KB)
  expect(stack.to - stack.from).toBeGreaterThan(4 * MB)
})

it('keeps memory whole that is laid out otherwise', () => {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 512 })
  new Uint8Array(memory.buffer).fill(1, 0, 8 * MB)
  expect(findStack(memory)).toEqual({ from: 0, to: 0 })
})

it('puts back every byte but those of the stack, after growth too', () => {
  const { memory, bytes, stack } = laidOut()
  const image = new MemoryImage(memory, stack)
  const before = bytes().slice(0, 6 * MB)
  bytes().fill(9, 0, 8 * MB)
  memory.grow(16)
  image.restore(memory)
  const after = bytes().slice(0, 6 * MB)
  expect(after.subarray(0, stack.from)).toEqual(before.subarray(0, stack.from))
  expect(after.subarray(stack.to, 5 * MB + 200 * KB)).toEqual(before.subarray(stack.to, 5 * MB + 200 * KB))
})

it('does not carry what lay above it into the next image', () => {
  const { memory, bytes, stack } = laidOut()
  const image = new MemoryImage(memory, stack)
  bytes().fill(9, 10 * MB, 11 * MB)
  image.restore(memory)
  image.clearAbove(memory)
  expect(new MemoryImage(memory, stack).size).toBe(image.size)
})
