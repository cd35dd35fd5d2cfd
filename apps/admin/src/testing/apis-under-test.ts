import { snapshotEntry, type ApiEntry } from '@penstock/contracts'
import { startAdmin, type AdminUnderTest, type Answer } from './admin-under-test.js'
import { apiOf, makeCatalogue, type Catalogue } from './catalogue.js'

export type Body = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into member by member

/** Admin with a module and a data source, and the steps that most tests of APIs begin with. */
export interface ApisUnderTest {
  readonly admin: AdminUnderTest
  readonly catalogue: Catalogue
  /** Rows of the configuration database. */
  query(sql: string, values?: unknown[]): Promise<Body[]>
  /** A new API; throws with the answer when it is refused. */
  create(own?: Readonly<Record<string, unknown>>): Promise<Body>
  /** Throws with the answer when it is refused. */
  publish(id: string, body?: object): Promise<Body>
  /** What gateways are given of the API; undefined: nothing. */
  served(id: string): Promise<ApiEntry | undefined>
  /** The revision of what gateways are given. */
  revision(): Promise<number>
}

/** Boots it over this database. */
export async function apisUnderTest(databaseUrl: string): Promise<ApisUnderTest> {
  const admin = await startAdmin(databaseUrl)
  const catalogue = await makeCatalogue(admin)
  const query = (sql: string, values: unknown[] = []): Promise<Body[]> =>
    admin.process.ports.database.read((tx) => tx.query(sql, values))
  return {
    admin,
    catalogue,
    query,
    create: async (own) => accepted(201, await admin.post('apis', apiOf(catalogue, own))),
    publish: async (id, body = {}) => accepted(200, await admin.post(`apis/${id}/publish`, body)),
    async served(id) {
      const [row] = await query('SELECT body FROM snapshot_entries JOIN snapshot_bodies USING (hash) WHERE key = $1', [
        `api:${id}`,
      ])
      const entry = row === undefined ? undefined : snapshotEntry.parse(JSON.parse(row['body']))
      return entry?.kind === 'api' ? entry : undefined
    },
    revision: async () => Number((await query('SELECT revision FROM snapshot_head'))[0]?.['revision']),
  }
}

/** The body of an answer that has one. */
export function bodyOf({ body, status }: Answer): Body {
  if (isBody(body)) return body
  throw new Error(`${status} without a body`)
}

function isBody(body: unknown): body is Body {
  return typeof body === 'object' && body !== null
}

function accepted(status: number, answer: Answer): Body {
  if (answer.status !== status)
    throw new Error(`${answer.status} in place of ${status}: ${JSON.stringify(answer.body)}`)
  return bodyOf(answer)
}
