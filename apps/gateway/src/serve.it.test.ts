import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEntry, datasourceEntry, keyEntries } from './test/build-snapshot.js'
import { gatewayUnderTest, type GatewayUnderTest } from './test/gateway-under-test.js'

let database: FreshDatabase
let under: GatewayUnderTest

beforeAll(async () => {
  database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`create table item (id int primary key, name text, price numeric, created_at timestamptz);
    insert into item select n, 'item ' || n, n * 1.5, '2026-01-02T03:04:05Z' from generate_series(1, 50) n`)
  await client.end()
  under = await gatewayUnderTest({ AUTH_RATE_LIMIT_TOKEN_GENERATE: '1000' })
  await under.publish([
    ...keyEntries(),
    datasourceEntry(database.url),
    apiEntry('items/{id}', 'select id, name, price from item where id = {{ id }}', {
      params: [{ name: 'id', location: 'path', data_type: 'integer', required: true }],
    }),
  ])
})

afterAll(async () => {
  await under.stop()
  await database.drop()
})

describe('a call', () => {
  it('answers the envelope with real rows', async () => {
    const answer = await fetch(`${under.url}/api/items/7`)
    expect(await answer.json()).toEqual({
      success: true,
      message: null,
      data: [{ id: 7, name: 'item 7', price: 10.5 }],
    })
    expect(answer.status).toBe(200)
  })
})
