// What a good engineer writes by hand for one question: node:http and pg, a named statement, a pool of ten, the same JSON envelope, and none
// of the guards.  Use: node hand-written.mjs <postgres-url>     prints its port
import { createServer } from 'node:http'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 })
const POINT = { name: 'point', text: 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid = $1' }
const PAGE = {
  name: 'page',
  text: 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid > $1 ORDER BY aid LIMIT $2',
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://x')
  const number = (name) => Number(url.searchParams.get(name))
  const query =
    url.pathname === '/api/point'
      ? { ...POINT, values: [number('aid')] }
      : { ...PAGE, values: [number('after'), number('limit')] }
  pool.query(query).then(
    ({ rows }) => {
      const body = JSON.stringify({ success: true, message: null, data: rows })
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      response.end(body)
    },
    () => response.writeHead(500).end(),
  )
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
