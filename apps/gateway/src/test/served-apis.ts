import type { SnapshotEntry } from '@penstock/contracts'
import { apiEntry, clientEntry, datasourceEntry, keyEntries } from './build-snapshot.js'

const OTHER_SOURCE = '00000000-0000-4000-8000-00000000d5d6'
const AWAY_SOURCE = '00000000-0000-4000-8000-00000000d5d7'
const GROUP = '00000000-0000-4000-8000-0000000000a1'
const ONE_PER_MINUTE = [{ name: 'api', limit: 1, window_ms: 60_000 }]

/** What both files of tests need in their database: 50 items. */
export const ITEMS = `create table item (id int primary key, name text, price numeric, created_at timestamptz);
  insert into item select n, 'item ' || n, n * 1.5, '2026-01-02T03:04:05Z' from generate_series(1, 50) n`

const idParam = { name: 'id', location: 'path', data_type: 'integer', required: true } as const
const byId = 'select id, name, price from item where id = {{ id }}'
const writes = { clean: false, reads: false }
const secretApi = apiEntry('secret/{id}', byId, { params: [idParam], access_type: 'private' })
const groupApi = apiEntry('grouped', 'select 1 as one', { access_type: 'private' })
const deniedApi = apiEntry('denied', 'select 1 as one', { access_type: 'private' })

/** APIs of every kind over that database, with clients, a group and keys. */
export const servedEntries = (databaseUrl: string): SnapshotEntry[] => [
  ...keyEntries(),
  datasourceEntry(databaseUrl),
  datasourceEntry(databaseUrl, { id: OTHER_SOURCE, name: 'switched off', is_active: false }),
  datasourceEntry('postgres://nobody@127.0.0.1:1/none', { id: AWAY_SOURCE, name: 'away' }),
  clientEntry('caller', 'open sesame', { api_ids: [secretApi.id], group_ids: [GROUP] }),
  clientEntry('elsewhere', 'open sesame', { api_ids: [secretApi.id], ip_deny: ['127.0.0.0/8', '::1'] }),
  clientEntry('inactive', 'open sesame', { is_active: false }),
  clientEntry('revoked', 'open sesame', { tokens_valid_from: 4_000_000_000, api_ids: [secretApi.id] }),
  { kind: 'group', id: GROUP, is_active: true, api_ids: [groupApi.id] },
  secretApi,
  groupApi,
  deniedApi,
  apiEntry('items/{id}', byId, { params: [idParam] }),
  apiEntry('items/special', 'select true as special'),
  apiEntry('items', 'insert into item (id, name) values ({{ id }}, {{ name }}) returning id, name', {
    ...writes,
    method: 'POST',
    params: [
      { name: 'id', location: 'body', data_type: 'integer', required: true },
      { name: 'name', location: 'body' },
    ],
  }),
  apiEntry('items/{id}', 'delete from item where id = {{ id }}', { ...writes, method: 'DELETE', params: [idParam] }),
  apiEntry('page', 'select id from item order by id limit 2; select count(*)::int8 as total from item', {
    clean: false,
  }),
  apiEntry('sneaky', 'delete from item', writes),
  apiEntry('many', 'select id, name from item order by id', { max_rows: 3 }),
  apiEntry('camel', 'select id as item_id, created_at, {{ page_no }}::int as page_no from item where id = 1', {
    params: [{ name: 'page_no', data_type: 'integer' }],
  }),
  apiEntry(
    'big',
    `select 9007199254740993::int8 as i, 1.10::numeric(10,2) as n, 'NaN'::float8 as f, '\\x0102'::bytea as b`,
  ),
  apiEntry('office', 'select 1 as one', { ip_allow: ['203.0.113.0/24'] }),
  apiEntry('not-from-here', 'select 1 as one', { ip_deny: ['127.0.0.0/8'] }),
  apiEntry('only-from-here', 'select 1 as one', { ip_allow: ['127.0.0.1'] }),
  apiEntry('secret-office', 'select 1 as one', { ip_allow: ['203.0.113.0/24'], access_type: 'private' }),
  apiEntry('echo', 'select {{ text }} as text', { params: [{ name: 'text' }] }),
  ...slowAndFailingApis(),
]

const slowAndFailingApis = (): SnapshotEntry[] => [
  apiEntry('slow', 'select pg_sleep(30) as slept', { clean: false }),
  apiEntry('late', 'select pg_sleep(30) as slept', { clean: false, timeout_ms: 200 }),
  apiEntry('division', 'select 1 / {{ by }}::int as result', { params: [{ name: 'by', data_type: 'integer' }] }),
  apiEntry('broken', 'select * from no_such_table'),
  apiEntry('off', 'select 1 as one', { datasource_id: OTHER_SOURCE }),
  apiEntry('away', 'select 1 as one', { datasource_id: AWAY_SOURCE }),
  apiEntry('once', 'select 1 as one', { rate_limits: ONE_PER_MINUTE }),
  apiEntry('alone', 'select pg_sleep(0.5)::text as slept', { max_concurrent: 1, clean: false }),
  apiEntry('web', 'select 1 as one', { cors_origins: ['https://app.example'] }),
  apiEntry('unproved', 'select {{ n }} + 1 as next, {{ flag }} as flag', {
    proved: false,
    params: [
      { name: 'n', data_type: 'integer' },
      { name: 'flag', data_type: 'boolean' },
    ],
  }),
]
