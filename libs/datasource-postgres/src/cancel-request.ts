import type { ConnectionSettings } from '@penstock/datasource'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { tlsOptions } from './tls-options.js'

const SSL_REQUEST_CODE = 80_877_103
const CANCEL_REQUEST_CODE = 80_877_102
const ACCEPTS_TLS = 'S'.charCodeAt(0)

/**
 * Asks the server to stop what the process runs, on a connection of its own. Resolves when the server has sent the signal (it closes the
 * connection then), when it cannot be reached, or when the time is over: in each case there is nothing more to wait for.
 */
export function requestCancel(
  settings: ConnectionSettings,
  processId: number,
  secret: number,
  waitMsMax: number,
): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: settings.host, port: settings.port })
    const timer = setTimeout(done, waitMsMax)
    function done(): void {
      clearTimeout(timer)
      socket.destroy()
      resolve()
    }
    socket.once('error', done)
    socket.once('close', done)
    socket.once('connect', () => {
      secured(socket, settings, done, (stream) => {
        stream.once('error', done)
        stream.once('close', done)
        stream.resume()
        stream.end(cancelMessage(processId, secret))
      })
    })
  })
}

function secured(
  socket: Socket,
  settings: ConnectionSettings,
  failed: () => void,
  ready: (stream: Socket) => void,
): void {
  const options = tlsOptions(settings.ssl)
  if (options === undefined) {
    ready(socket)
    return
  }
  socket.once('data', (answer) => {
    if (answer[0] !== ACCEPTS_TLS) {
      failed()
      return
    }
    const name = isIP(settings.host) === 0 ? { servername: settings.host } : {}
    const stream = connectTls({ ...options, ...name, host: settings.host, socket })
    stream.once('error', failed)
    stream.once('secureConnect', () => ready(stream))
  })
  socket.write(message(SSL_REQUEST_CODE, []))
}

function cancelMessage(processId: number, secret: number): Buffer {
  return message(CANCEL_REQUEST_CODE, [processId, secret])
}

function message(code: number, words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + words.length * 4)
  bytes.writeInt32BE(bytes.length, 0)
  bytes.writeInt32BE(code, 4)
  words.forEach((word, index) => bytes.writeInt32BE(word, 8 + index * 4))
  return bytes
}
