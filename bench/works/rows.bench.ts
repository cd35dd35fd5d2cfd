import { it } from 'vitest'
import { account, ACCOUNTS, accountsUrl } from '../harness/accounts.js'
import { PAGE } from '../harness/catalogue.js'
import { interleave } from '../harness/interleave.js'
import { closed } from '../harness/load.js'
import { CONNECTIONS, FEW_ROUNDS } from '../harness/plan.js'
import { startReference } from '../harness/reference.js'
import { comparison, publish } from '../harness/section.js'
import { requestsOf, startWorld } from '../harness/world.js'

const HAND = 'by hand, no guards'
const PENSTOCK = 'Penstock, limits in Redis'

it('pages of rows as JSON', async () => {
  const databaseUrl = accountsUrl()
  const byHand = await startReference('hand-written.mjs', databaseUrl)
  const world = await startWorld({ databaseUrl, apis: [PAGE], redis: true })
  for (const [order, rows] of [100, 1000].entries()) {
    const path = (index: number): string => `/api/page?after=${account(index) % (ACCOUNTS - rows)}&limit=${rows}`
    const outcomes = await interleave(
      [
        closed({ name: HAND, ...byHand, requests: requestsOf(path) }, CONNECTIONS),
        closed(world.withTokens(PENSTOCK, path), CONNECTIONS),
      ],
      FEW_ROUNDS,
    )
    const budget = { target: PENSTOCK, ratio: 0.9, what: '1,000 rows as JSON' }
    publish(
      2 + order,
      comparison({
        id: `rows-${rows}`,
        title: `${rows.toLocaleString('en')} rows as JSON`,
        outcomes,
        base: HAND,
        kept: [PENSTOCK],
        budgets: rows === 1000 ? [budget] : [],
      }),
    )
  }
})
