import { it } from 'vitest'
import { account, accountsUrl } from '../harness/accounts.js'
import { POINT } from '../harness/catalogue.js'
import { interleave } from '../harness/interleave.js'
import { closed } from '../harness/load.js'
import { CONNECTIONS, FEW_ROUNDS } from '../harness/plan.js'
import { startReference } from '../harness/reference.js'
import { comparison, publish } from '../harness/section.js'
import { requestsOf, startWorld } from '../harness/world.js'

const EMPTY = 'empty node:http reply'
const CACHED = 'Penstock, kept answer of a public API'

it('answers that are kept', async () => {
  const databaseUrl = accountsUrl()
  const empty = await startReference('empty.mjs')
  const world = await startWorld({
    databaseUrl,
    apis: [{ ...POINT, path: 'cached', settings: { access_type: 'public', cache_ttl_seconds: 3600 } }],
    redis: false,
    clients: 0,
    env: { FLOW_CONTROL_RATE_LIMIT_ENABLED: 'false', FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0' },
  })
  const path = (index: number): string => `/api/cached?aid=${account(index)}`
  const outcomes = await interleave(
    [
      closed({ name: EMPTY, ...empty, requests: requestsOf(path) }, CONNECTIONS),
      closed(world.withoutTokens(CACHED, path), CONNECTIONS),
    ],
    FEW_ROUNDS,
  )
  publish(
    4,
    comparison({
      id: 'cached',
      title: 'Kept answer of a public API without limits',
      outcomes,
      base: EMPTY,
      kept: [CACHED],
      budgets: [{ target: CACHED, ratio: 0.4, what: 'cached read of a public API without limits' }],
    }),
  )
})
