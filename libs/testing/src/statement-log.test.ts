import { expect, it } from 'vitest'
import { statementsOf } from './statement-log.js'

const line = (entry: Record<string, string>): string =>
  `${JSON.stringify({ backend_type: 'client backend', ...entry })}\n`

it('reads the text of plain, parsed, bound and executed statements and of failing ones', () => {
  const log =
    line({ message: 'statement: SELECT 1' }) +
    line({ message: 'duration: 0.051 ms  parse <unnamed>: SELECT\n $1' }) +
    line({ message: 'execute s1: SELECT a: b' }) +
    line({ message: 'syntax error at or near "SELEC"', statement: 'SELEC 1' }) +
    line({ message: 'duration: 0.1 ms' }) +
    line({ message: 'checkpoint starting: time', backend_type: 'checkpointer' })
  expect(statementsOf(log)).toEqual(['SELECT 1', 'SELECT\n $1', 'SELECT a: b', 'SELEC 1'])
})

it('leaves out a line that is still being written', () => {
  expect(statementsOf(`${line({ message: 'statement: SELECT 1' })}{"message":"statement: SEL`)).toEqual(['SELECT 1'])
})
