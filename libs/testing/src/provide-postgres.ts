import { POSTGRES_URL_VARIABLE, startPostgres } from './real-postgres.js'

/** Vitest's global set-up: one server for the whole run, given to every test process by the environment. */
export default async function providePostgres(): Promise<(() => Promise<void>) | undefined> {
  if ((process.env[POSTGRES_URL_VARIABLE] ?? '') !== '') return undefined
  const { url, stop } = await startPostgres()
  process.env[POSTGRES_URL_VARIABLE] = url
  return stop
}
