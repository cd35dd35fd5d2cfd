import { expect, it } from 'vitest'
import { callsOfTurn } from './calls-of-turn.js'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

it('begins the calls of a turn, then lets what waits for Redis leave, then writes the answers: in whichever order they came', async () => {
  const seen: string[] = []
  const { begins, answers } = callsOfTurn({ flush: () => seen.push('flush') })
  answers.add(() => seen.push('answer'))
  begins.add(() => seen.push('begin'))
  await turn()
  expect(seen).toEqual(['begin', 'flush', 'answer'])
})

it('writes the answers also where limits have nothing to send, and where calls alone begin', async () => {
  const seen: string[] = []
  const { begins, answers } = callsOfTurn({})
  begins.add(() => seen.push('begin'))
  await turn()
  answers.add(() => seen.push('answer'))
  await turn()
  expect(seen).toEqual(['begin', 'answer'])
})
