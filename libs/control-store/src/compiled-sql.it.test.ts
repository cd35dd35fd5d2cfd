import { migrate } from '@penstock/migrations'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import type { DataSource, Logger } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  apiGroupLinks,
  auditStore,
  clientApiLinks,
  clientGroupLinks,
  clientStore,
  controlDataSource,
  datasourcePasswords,
  datasourceStore,
  groupApiLinks,
  groupClientLinks,
  groupStore,
  keySecrets,
  keyStore,
  moduleStore,
  principalStore,
  sessionStore,
  userStore,
  type Tx,
} from './index.js'

const ID = '00000000-0000-4000-8000-000000000001'
const OTHER = '00000000-0000-4000-8000-000000000002'
const AT = new Date('2026-01-01T00:00:00Z')
const PAGE = { page: 2, pageSize: 10, sort: '-name' }

let database: FreshDatabase
let source: DataSource
const statements: string[] = []
beforeAll(async () => {
  database = await freshDatabase()
  const options = { url: database.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 2 } as const
  await migrate(options, { verb: 'up' })
  source = controlDataSource(options, 'compiled-sql')
  source.setOptions({ logger: recorder(statements) })
  await source.initialize()
})
afterAll(async () => {
  await source.destroy()
  await database.drop()
})

const nothing = () => undefined
const recorder = (lines: string[]): Logger => ({
  logQuery: (query) => {
    lines.push(query.trim().replace(/\s+/g, ' '))
  },
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
})

/** The statements that the work sends, in a transaction that is rolled back. */
async function sqlOf(work: (tx: Tx) => Promise<unknown>): Promise<readonly string[]> {
  const runner = source.createQueryRunner()
  await runner.startTransaction()
  statements.length = 0
  try {
    await work(runner.manager)
    return [...statements]
  } finally {
    await runner.rollbackTransaction()
    await runner.release()
  }
}

const records = { datasourceStore, moduleStore, groupStore, clientStore, userStore }
const common: Record<string, (store: typeof moduleStore, tx: Tx) => Promise<unknown>> = {
  find: (store, tx) => store.find(tx, ID),
  findForChange: (store, tx) => store.findForChange(tx, ID),
  remove: (store, tx) => store.remove(tx, ID),
  missing: (store, tx) => store.missing(tx, [ID]),
}

const methods: Record<string, (tx: Tx) => Promise<unknown>> = {
  'moduleStore.insert': (tx) => moduleStore.insert(tx, { id: ID, name: 'm' }),
  'moduleStore.change': (tx) => moduleStore.change(tx, ID, { name: 'm' }),
  'moduleStore.page': (tx) => moduleStore.page(tx, { ...PAGE, permitted: [ID], name: 'x', isActive: true }),
  'moduleStore.dependents': (tx) => moduleStore.dependents(tx, ID),
  'moduleStore.publishedApiIds': (tx) => moduleStore.publishedApiIds(tx, ID),
  'datasourceStore.page': (tx) =>
    datasourceStore.page(tx, { ...PAGE, permitted: 'all', name: 'x', productType: 'postgres', isActive: true }),
  'datasourceStore.dependents': (tx) => datasourceStore.dependents(tx, ID),
  'datasourceStore.hold': (tx) => datasourceStore.hold(tx, [ID]),
  'groupStore.page': (tx) => groupStore.page(tx, { ...PAGE, permitted: [ID], name: 'x', isActive: true }),
  'clientStore.page': (tx) =>
    clientStore.page(tx, { ...PAGE, permitted: 'all', name: 'x', clientId: 'c', isActive: true }),
  'clientStore.effectiveApis': (tx) => clientStore.effectiveApis(tx, ID),
  'userStore.findByLogin': (tx) => userStore.findByLogin(tx, 'root'),
  'userStore.hasSuperuser': (tx) => userStore.hasSuperuser(tx),
  'userStore.lockAll': (tx) => userStore.lockAll(tx),
  'principalStore.find': (tx) => principalStore.find(tx, { userId: ID, jti: ID, familyId: ID }),
  'principalStore.forgetResource': (tx) => principalStore.forgetResource(tx, ID),
  'sessionStore.findRefreshTokenForUse': (tx) => sessionStore.findRefreshTokenForUse(tx, 'hash'),
  'sessionStore.markUsed': (tx) => sessionStore.markUsed(tx, ID, AT),
  'sessionStore.revokeFamily': (tx) => sessionStore.revokeFamily(tx, ID, AT),
  'sessionStore.revokeOtherFamilies': (tx) => sessionStore.revokeOtherFamilies(tx, ID, OTHER, AT),
  'sessionStore.revokeAccessToken': (tx) => sessionStore.revokeAccessToken(tx, ID, AT),
  'keyStore.all': (tx) => keyStore.all(tx),
  'keyStore.newest': (tx) => keyStore.newest(tx, 'client-token'),
  'keyStore.lock': (tx) => keyStore.lock(tx),
  'keyStore.insert': (tx) =>
    keyStore.insert(tx, { id: 'k', purpose: 'client-token', secretSealed: 's', secretKeyId: 'i', notBefore: '1' }),
  'datasourcePasswords.underOtherKeys': (tx) => datasourcePasswords.underOtherKeys(tx, 'k'),
  'datasourcePasswords.replace': (tx) =>
    datasourcePasswords.replace(tx, { id: ID, sealed: 'a' }, { sealed: 'b', keyId: 'k' }),
  'keySecrets.underOtherKeys': (tx) => keySecrets.underOtherKeys(tx, 'k'),
  'keySecrets.replace': (tx) => keySecrets.replace(tx, { id: 'k', sealed: 'a' }, { sealed: 'b', keyId: 'k' }),
  'auditStore.page': (tx) =>
    auditStore.page(tx, {
      page: 1,
      pageSize: 10,
      sort: '-at',
      resourceType: 'api',
      resourceId: ID,
      action: 'a',
      username: 'u',
      from: AT.toISOString(),
      to: AT.toISOString(),
    }),
}

describe('the SQL that each store method sends', () => {
  for (const [name, store] of Object.entries(records)) {
    for (const [method, call] of Object.entries(common)) {
      it(`${name}.${method}`, async () => {
        expect(await sqlOf((tx) => call(store as typeof moduleStore, tx))).toMatchSnapshot()
      })
    }
  }
  for (const [name, call] of Object.entries(methods)) {
    it(name, async () => {
      expect(await sqlOf(call)).toMatchSnapshot()
    })
  }
  for (const [name, links] of Object.entries({
    groupApiLinks,
    groupClientLinks,
    clientApiLinks,
    clientGroupLinks,
    apiGroupLinks,
  })) {
    it(name, async () => {
      expect(await sqlOf((tx) => links.members(tx, ID))).toMatchSnapshot('members')
      expect(await sqlOf((tx) => links.replace(tx, ID, []))).toMatchSnapshot('replace')
    })
  }
})

describe('pages', () => {
  it('refuse an order that is not on the list', async () => {
    await expect(
      sqlOf((tx) => moduleStore.page(tx, { ...PAGE, sort: 'id; drop table', permitted: 'all' })),
    ).rejects.toThrow(/cannot be sorted/)
  })
})
