import { expect, it } from 'vitest'
import { AnswersOfTurn } from './answers-of-turn.js'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

it('writes all answers of a turn behind what the turn has to do, in their order', async () => {
  const answers = new AnswersOfTurn()
  const seen: string[] = []
  answers.add(() => seen.push('first'))
  void Promise.resolve().then(() => {
    seen.push('promise')
    answers.add(() => seen.push('second'))
  })
  await turn()
  expect(seen).toEqual(['promise', 'first', 'second'])
})

it('writes an answer that comes while others are written in the next turn', async () => {
  const answers = new AnswersOfTurn()
  const seen: string[] = []
  answers.add(() => answers.add(() => seen.push('later')))
  await turn()
  expect(seen).toEqual([])
  await turn()
  expect(seen).toEqual(['later'])
})

it('writes the answers behind one that fails', async () => {
  const answers = new AnswersOfTurn()
  const seen: string[] = []
  const failures: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').once('uncaughtException', (error) => failures.push(error))
  answers.add(() => seen.push('before'))
  answers.add(() => {
    throw new Error('broken')
  })
  answers.add(() => seen.push('behind'))
  await turn()
  await turn()
  for (const listener of listeners) process.on('uncaughtException', listener)
  expect(failures).toEqual([new Error('broken')])
  expect(seen).toEqual(['before', 'behind'])
})
