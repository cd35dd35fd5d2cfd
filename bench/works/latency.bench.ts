import { it } from 'vitest'
import { account, accountsUrl } from '../harness/accounts.js'
import { POINT } from '../harness/catalogue.js'
import { interleave, median, type Outcome } from '../harness/interleave.js'
import { open } from '../harness/load.js'
import { LATENCY_ROUNDS } from '../harness/plan.js'
import { startReference } from '../harness/reference.js'
import { middle, publish, usage, type Figure } from '../harness/section.js'
import { requestsOf, startWorld } from '../harness/world.js'

const HAND = 'by hand, no guards'
const PENSTOCK = 'Penstock, limits in Redis'
const EMPTY = 'empty node:http reply'
const RATES = [500, 2000] as const

it('latency at a constant rate', async () => {
  const databaseUrl = accountsUrl()
  const empty = await startReference('empty.mjs')
  const byHand = await startReference('hand-written.mjs', databaseUrl)
  const world = await startWorld({ databaseUrl, apis: [POINT], redis: true })
  const path = (index: number): string => `/api/point?aid=${account(index)}`
  for (const [order, perSecond] of RATES.entries()) {
    const outcomes = await interleave(
      [
        open({ name: HAND, ...byHand, requests: requestsOf(path) }, perSecond),
        open(world.withTokens(PENSTOCK, path), perSecond),
        open({ name: EMPTY, ...empty, requests: requestsOf(path) }, perSecond),
      ],
      LATENCY_ROUNDS,
    )
    publishLatencies(5 + order, perSecond, outcomes)
  }
})

function publishLatencies(order: number, perSecond: number, outcomes: readonly Outcome[]): void {
  const id = `latency-${perSecond}`
  publish(order, {
    id,
    title: `Private point read, ${perSecond.toLocaleString('en')} requests/s come at a constant rate`,
    head: ['', 'offered/s', 'p50 ms', 'p99 ms', 'spread of p99', 'sent late, p99 ms', 'CPU µs/request', 'MB'],
    rows: outcomes.map(({ name, rounds }) => {
      const { low, high } = p99Of({ name, rounds }, id)
      return [
        name,
        middle(rounds, (measured) => measured.perSecond, 0),
        middle(rounds, ({ p50Ms }) => p50Ms, 1),
        middle(rounds, ({ p99Ms }) => p99Ms, 1),
        `${low.toFixed(1)}–${high.toFixed(1)}`,
        middle(rounds, ({ lateP99Ms }) => lateP99Ms, 1),
        ...usage(rounds),
      ]
    }),
    figures: outcomes.filter(({ name }) => name === PENSTOCK).map((outcome) => p99Of(outcome, id)),
    budgets: [],
    note: 'Every request counts from the moment when it was due, whether it could be sent then or not; a rate that was not held within 2 % would have voided the run. How late the load generator sent is in the latencies of all: the row of the empty reply is what it and the machine add.',
  })
}

function p99Of({ name, rounds }: Outcome, id: string): Figure {
  const all = rounds.map(({ p99Ms }) => p99Ms ?? Number.NaN)
  return {
    name: `${id}: ${name}, p99 ms`,
    value: median(all),
    low: Math.min(...all),
    high: Math.max(...all),
    better: 'lower',
  }
}
