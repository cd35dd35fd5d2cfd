// What a good engineer writes by hand for one question: node:http and pg, a named statement, a pool of ten, the same JSON envelope, and none
// of the guards.  Use: node hand-written.mjs <postgres-url> [--pipeline]     prints its port
// With --pipeline its ten connections send statements without waiting for earlier answers.
import { createServer } from 'node:http'
import pg from 'pg'
import { accountQuery } from './account-query.mjs'

const [connectionString, mode] = process.argv.slice(2)
const run = mode === '--pipeline' ? await pipelined(10) : pooled(10)

const server = createServer((request, response) => {
  run(accountQuery(new URL(request.url, 'http://x'))).then(
    ({ rows }) => {
      const body = JSON.stringify({ success: true, message: null, data: rows })
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      response.end(body)
    },
    () => response.writeHead(500).end(),
  )
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))

function pooled(max) {
  const pool = new pg.Pool({ connectionString, max })
  return (query) => pool.query(query)
}

async function pipelined(count) {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString, pipeline: true }))
  await Promise.all(clients.map((client) => client.connect()))
  let turn = 0
  return (query) => clients[(turn += 1) % count].query(query)
}
