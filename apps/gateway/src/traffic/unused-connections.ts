import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Watches a server's connections and returns a function that closes those on which nothing was ever sent. Node does not count them as idle,
 * and clients and load balancers open some in advance: a shutdown would wait for each of them.
 */
export function watchUnusedConnections(server: Server): () => void {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
  }
}
