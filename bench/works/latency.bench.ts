import { it } from 'vitest'
import { account, accountsDatabase } from '../harness/accounts.js'
import { POINT } from '../harness/catalogue.js'
import { interleave } from '../harness/interleave.js'
import { open } from '../harness/load.js'
import { FEW_ROUNDS } from '../harness/plan.js'
import { startReference } from '../harness/reference.js'
import { comparison, publish } from '../harness/section.js'
import { requestsOf, startWorld } from '../harness/world.js'

const HAND = 'by hand, no guards'
const PENSTOCK = 'Penstock, limits in Redis'
const RATES = [500, 2000] as const

it('latency at a constant rate', async () => {
  const database = await accountsDatabase()
  const byHand = await startReference('hand-written.mjs', database.url)
  const world = await startWorld({ databaseUrl: database.url, apis: [POINT], redis: true })
  try {
    const path = (index: number): string => `/api/point?aid=${account(index)}`
    for (const [order, perSecond] of RATES.entries()) {
      const outcomes = await interleave(
        [
          open({ name: HAND, ...byHand, requests: requestsOf(path) }, perSecond),
          open(world.withTokens(PENSTOCK, path), perSecond),
        ],
        FEW_ROUNDS,
      )
      publish(
        5 + order,
        comparison({
          id: `latency-${perSecond}`,
          title: `Private point read, ${perSecond.toLocaleString('en')} requests/s come at a constant rate`,
          outcomes,
          base: HAND,
          kept: [],
        }),
      )
    }
  } finally {
    byHand.stop()
    await world.stop()
    await database.drop()
  }
})
