import { it } from 'vitest'
import { account, accountsUrl } from '../harness/accounts.js'
import { POINT, type ApiSpec } from '../harness/catalogue.js'
import { interleave } from '../harness/interleave.js'
import { closed } from '../harness/load.js'
import { CONNECTIONS, FEW_ROUNDS } from '../harness/plan.js'
import { startReference } from '../harness/reference.js'
import { comparison, publish } from '../harness/section.js'
import { requestsOf, startWorld } from '../harness/world.js'

const HAND = 'by hand, no guards'
const SCRIPT = { execute_engine: 'SCRIPT' }
const HELLO: ApiSpec = {
  path: 'hello',
  content: 'export default async (req) => [{ hello: req.params.aid }]',
  integers: ['aid'],
  settings: SCRIPT,
}
const QUERY: ApiSpec = {
  path: 'script-point',
  content: `export default async (req, { db }) =>
    db.query('SELECT aid, bid, abalance, filler FROM accounts WHERE aid = $1', [req.params.aid])`,
  integers: ['aid'],
  settings: SCRIPT,
}

it('scripts of APIs, through the gateway', async () => {
  const databaseUrl = accountsUrl()
  const byHand = await startReference('hand-written.mjs', databaseUrl)
  const world = await startWorld({ databaseUrl, apis: [POINT, HELLO, QUERY], redis: false })
  const of = (path: string) => (index: number) => `/api/${path}?aid=${account(index)}`
  const outcomes = await interleave(
    [
      closed({ name: HAND, ...byHand, requests: requestsOf(of('point')) }, CONNECTIONS),
      closed(world.withTokens('Penstock, SQL', of('point')), CONNECTIONS),
      closed(world.withTokens('Penstock, script without a query', of('hello')), CONNECTIONS),
      closed(world.withTokens('Penstock, script with one query', of('script-point')), CONNECTIONS),
    ],
    FEW_ROUNDS,
  )
  publish(
    19,
    comparison({
      id: 'scripts',
      title: 'Private script APIs through the gateway, every call in a fresh runtime',
      outcomes,
      base: HAND,
      kept: ['Penstock, script without a query', 'Penstock, script with one query'],
      note: 'The processor time is that of the gateway alone; scripts run in a process of their own.',
    }),
  )
})
