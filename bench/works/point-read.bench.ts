import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { startRedis } from '@penstock/testing'
import { it, onTestFinished } from 'vitest'
import { account, accountsUrl } from '../harness/accounts.js'
import { POINT, PUBLIC_POINT } from '../harness/catalogue.js'
import { interleave } from '../harness/interleave.js'
import { closed, type HttpTarget, type Target } from '../harness/load.js'
import { pgbench } from '../harness/pgbench.js'
import { CONNECTIONS, ROUNDS } from '../harness/plan.js'
import { startReference } from '../harness/reference.js'
import { comparison, publish } from '../harness/section.js'
import { requestsOf, startWorld } from '../harness/world.js'

const HAND = 'by hand, no guards'
const WITH_REDIS = 'Penstock, limits in Redis'
const LOCAL = 'Penstock, limits in the process'
const PUBLIC = 'Penstock, public API'
const PIPELINED = 'by hand, pipeline mode'
const FRAMEWORK = 'Fastify, JWT, Redis by hand'

it('one row by its key', async () => {
  const databaseUrl = accountsUrl()
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const secret = randomBytes(32).toString('base64')
  const byHand = await startReference('hand-written.mjs', databaseUrl)
  const pipelined = await startReference('hand-written.mjs', databaseUrl, '--pipeline')
  const framework = await startReference('framework.mjs', databaseUrl, redis.url, secret)
  const empty = await startReference('empty.mjs')
  const shared = await startWorld({ databaseUrl, apis: [POINT], redis: true })
  const local = await startWorld({ databaseUrl, apis: [POINT, PUBLIC_POINT], redis: false })
  const path = (index: number): string => `/api/point?aid=${account(index)}`
  const requests = requestsOf(path)
  const tokens = await Promise.all(requests.map((_, index) => signed(`client-${index}`, secret)))
  const targets: readonly HttpTarget[] = [
    { name: HAND, ...byHand, requests },
    shared.withTokens(WITH_REDIS, path),
    local.withTokens(LOCAL, path),
    local.withoutTokens(PUBLIC, (index) => `/api/public-point?aid=${account(index)}`),
    { name: PIPELINED, ...pipelined, requests },
    {
      name: FRAMEWORK,
      ...framework,
      requests: requests.map((request, at) => ({
        ...request,
        headers: { authorization: `Bearer ${tokens[at] ?? ''}` },
      })),
    },
    { name: 'empty node:http reply', ...empty, requests },
  ]
  const database_alone = pgbench(databaseUrl, CONNECTIONS)
  const all: Target[] = targets.map((target) => closed(target, CONNECTIONS))
  const outcomes = await interleave(database_alone === undefined ? all : [...all, database_alone], ROUNDS)
  publish(
    1,
    comparison({
      id: 'point-read',
      title: 'Private point read: token, grants, rate and concurrency limits, access record, metrics',
      outcomes,
      base: HAND,
      kept: [WITH_REDIS, LOCAL, PUBLIC, FRAMEWORK],
      budgets: [
        { target: WITH_REDIS, ratio: 0.8, what: 'private point read, limits in Redis' },
        { target: LOCAL, ratio: 0.8, what: 'private point read, limits in the process' },
      ],
    }),
  )
})

function signed(subject: string, secret: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))
}
