// The least that node:http can do: an answer without work. Prints its port.
import { createServer } from 'node:http'

const body = '{"success":true,"message":null,"data":[]}'
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
