// A million rows by hand: a cursor, an encoder and back pressure.  Use: node streamed.mjs <postgres-url>     prints its port
import { once } from 'node:events'
import { createServer } from 'node:http'
import pg from 'pg'
import Cursor from 'pg-cursor'

const pool = new pg.Pool({ connectionString: process.argv[2], max: 10 })
const ROWS = 512
const encoders = {
  ndjson: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  csv: (rows) =>
    rows.map(({ aid, bid, abalance, filler }) => `${aid},${bid},${abalance},${quoted(filler)}\r\n`).join(''),
}
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const server = createServer(async (request, response) => {
  const encode = encoders[new URL(request.url, 'http://x').searchParams.get('format')]
  const client = await pool.connect()
  const cursor = client.query(new Cursor('SELECT aid, bid, abalance, filler FROM accounts'))
  response.writeHead(200)
  for (;;) {
    const rows = await cursor.read(ROWS)
    if (rows.length === 0) break
    if (!response.write(encode(rows))) await once(response, 'drain')
  }
  response.end()
  await cursor.close()
  client.release()
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
