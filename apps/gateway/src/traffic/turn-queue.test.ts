import { expect, it } from 'vitest'
import { TurnQueue } from './turn-queue.js'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

it('runs all tasks of a turn behind what the turn has to do, in their order', async () => {
  const queue = new TurnQueue()
  const seen: string[] = []
  queue.add(() => seen.push('first'))
  void Promise.resolve().then(() => {
    seen.push('promise')
    queue.add(() => seen.push('second'))
  })
  await turn()
  expect(seen).toEqual(['promise', 'first', 'second'])
})

it('runs a task that comes while others run in the next turn', async () => {
  const queue = new TurnQueue()
  const seen: string[] = []
  queue.add(() => queue.add(() => seen.push('later')))
  await turn()
  expect(seen).toEqual([])
  await turn()
  expect(seen).toEqual(['later'])
})

it('runs the tasks behind one that fails', async () => {
  const queue = new TurnQueue()
  const seen: string[] = []
  const failures: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').once('uncaughtException', (error) => failures.push(error))
  queue.add(() => seen.push('before'))
  queue.add(() => {
    throw new Error('broken')
  })
  queue.add(() => seen.push('behind'))
  await turn()
  await turn()
  for (const listener of listeners) process.on('uncaughtException', listener)
  expect(failures).toEqual([new Error('broken')])
  expect(seen).toEqual(['before', 'behind'])
})
