// The same question with guards written straightforwardly: Fastify, a JWT checked on every call (HMAC, in the process, as the quick libraries
// do it), a counter per client and minute and one of calls in flight in Redis with the driver's automatic pipelines, then pg.  Use: node framework.mjs <postgres-url> <redis-url> <secret>     prints its port
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import Fastify from 'fastify'
import { Redis } from 'ioredis'
import pg from 'pg'
import { accountQuery } from './account-query.mjs'

const [postgresUrl, redisUrl, secret] = process.argv.slice(2)
const CALLS_PER_MINUTE = 10_000
const IN_FLIGHT = 100

const pool = new pg.Pool({ connectionString: postgresUrl, max: 10 })
const redis = new Redis(redisUrl, { enableAutoPipelining: true })
const key = createSecretKey(secret, 'utf8')
const app = Fastify()

app.addHook('onRequest', async (request, reply) => {
  const client = clientOf(request.headers.authorization?.slice(7) ?? '')
  if (client === undefined) return reply.code(401).send({ success: false })
  request.client = client
  const rate = `rate:${client}:${Math.floor(Date.now() / 60_000)}`
  const [calls, inFlight] = await Promise.all([redis.incr(rate), redis.incr(`flight:${client}`)])
  if (calls === 1) await redis.expire(rate, 120)
  if (calls > CALLS_PER_MINUTE || inFlight > IN_FLIGHT) return reply.code(429).send({ success: false })
})
app.addHook('onResponse', async (request) => {
  if (request.client !== undefined) await redis.decr(`flight:${request.client}`)
})
app.get('/api/*', async (request) => {
  const { rows } = await pool.query(accountQuery(new URL(request.url, 'http://x')))
  return { success: true, message: null, data: rows }
})
await app.listen({ port: 0, host: '127.0.0.1' })
console.log(app.server.address().port)

/** The subject of a token that we signed and that is still valid. */
function clientOf(token) {
  const [head = '', payload = '', signature = ''] = token.split('.')
  const expected = createHmac('sha256', key).update(`${head}.${payload}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const { alg } = JSON.parse(Buffer.from(head, 'base64url'))
  const { sub, exp } = JSON.parse(Buffer.from(payload, 'base64url'))
  return alg === 'HS256' && exp * 1000 > Date.now() ? sub : undefined
}
