import 'pg'

// Members of pg that its type package does not name. Both are used by pg's own cursor and cancel code, so they are as stable as pg is.
declare module 'pg' {
  interface Client {
    /** The server's process of this connection, and the secret that a cancel request must show. */
    readonly processID: number | null
    readonly secretKey: number | null
  }
}
