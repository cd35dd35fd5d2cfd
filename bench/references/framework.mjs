// The same question with guards written straightforwardly: Fastify, a JWT checked on every call, a counter per client and minute and one of
// calls in flight in Redis, then pg.  Use: node framework.mjs <postgres-url> <redis-url> <secret>     prints its port
import Fastify from 'fastify'
import { Redis } from 'ioredis'
import { jwtVerify } from 'jose'
import pg from 'pg'
import { accountQuery } from './account-query.mjs'

const [postgresUrl, redisUrl, secret] = process.argv.slice(2)
const CALLS_PER_MINUTE = 10_000
const IN_FLIGHT = 100

const pool = new pg.Pool({ connectionString: postgresUrl, max: 10 })
const redis = new Redis(redisUrl)
const key = new TextEncoder().encode(secret)
const app = Fastify()

app.addHook('onRequest', async (request, reply) => {
  try {
    const { payload } = await jwtVerify(request.headers.authorization?.slice(7) ?? '', key, { algorithms: ['HS256'] })
    request.client = payload.sub
  } catch {
    return reply.code(401).send({ success: false })
  }
  const minute = Math.floor(Date.now() / 60_000)
  const [[, calls], , [, inFlight]] = await redis
    .multi()
    .incr(`rate:${request.client}:${minute}`)
    .expire(`rate:${request.client}:${minute}`, 120)
    .incr(`flight:${request.client}`)
    .exec()
  if (calls > CALLS_PER_MINUTE || inFlight > IN_FLIGHT) return reply.code(429).send({ success: false })
})
app.addHook('onResponse', async (request) => {
  await redis.decr(`flight:${request.client}`)
})
app.get('/api/*', async (request) => {
  const { rows } = await pool.query(accountQuery(new URL(request.url, 'http://x')))
  return { success: true, message: null, data: rows }
})
await app.listen({ port: 0, host: '127.0.0.1' })
console.log(app.server.address().port)
