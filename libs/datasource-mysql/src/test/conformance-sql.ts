import type { ConformanceSql, ValueCase } from '@penstock/datasource/conformance'

const raw = (what: string, text: string, cell: string | null, type: string): ValueCase => ({
  what,
  text,
  cell,
  type,
  encoding: 'raw',
})
const string = (what: string, text: string, cell: string | null, type: string): ValueCase => ({
  what,
  text,
  cell,
  type,
  encoding: 'string',
})
const column = (definition: string): string =>
  `select v from json_table('[1]', '$[*]' columns (v ${definition} path '$')) t`

/** MariaDB's words for the conformance suite. */
export const MARIADB_SQL: ConformanceSql = {
  createNotes: 'create table note (id int primary key, body text)',
  insertNote: 'insert into note values (?, ?)',
  insertNoteReturning: 'insert into note values (?, ?) returning id, body',
  readNotes: 'select id, body from note order by id',
  echo: 'select cast(? as char) as v',
  echoedTrue: '1',
  series: (rows) =>
    rows === 0 ? 'select seq as n from seq_1_to_1 where false' : `select seq as n from seq_1_to_${rows}`,
  wide: (rows, bytes) => `select repeat('x', ${bytes}) as v from seq_1_to_${rows}`,
  sleep: 'select sleep(60) as conformance_sleep',
  divideBy: 'select cast(? as unsigned) - cast(1 as unsigned)',
  unknownColumn: 'select nowhere',
  hiddenWrite: {
    setUp: [
      `create function hidden() returns int deterministic begin insert into note values (1, 'hidden'); return 1; end`,
    ],
    text: 'select hidden()',
  },
  traces: [
    { what: 'variable', leave: ['set @left_behind = 1'], tell: 'select @left_behind' },
    { what: 'sql_mode', leave: [`set sql_mode = 'ANSI_QUOTES'`], tell: 'select @@sql_mode' },
    { what: 'time zone', leave: [`set time_zone = '+09:00'`], tell: 'select @@time_zone' },
    { what: 'timeout', leave: ['set max_statement_time = 5'], tell: 'select @@max_statement_time' },
    { what: 'character set', leave: ['set names latin1'], tell: 'select @@character_set_client' },
    { what: 'autocommit', leave: ['set autocommit = 0'], tell: 'select @@autocommit, @@tx_read_only' },
    { what: 'read-write default', leave: ['set session transaction read write'], tell: 'select @@tx_read_only' },
    { what: 'lock', leave: [`select get_lock('left', 0)`], tell: `select is_used_lock('left')` },
    {
      what: 'temporary table',
      leave: ['create temporary table left_behind (a int)'],
      tell: `select count(*) from information_schema.tables where table_name = 'left_behind'`,
    },
  ],
  values: [
    raw('the largest bigint', 'select 9223372036854775807', '9223372036854775807', 'bigint'),
    raw('the largest unsigned', 'select 18446744073709551615', '18446744073709551615', 'bigint unsigned'),
    raw('the smallest bigint', 'select -9223372036854775808', '-9223372036854775808', 'bigint'),
    raw('int', 'select 7', '7', 'int'),
    raw('tinyint(1)', column('tinyint(1)'), 'true', 'boolean'),
    raw('tinyint', column('tinyint(4)'), '1', 'tinyint'),
    raw(
      'decimal',
      `select cast('12345678901234567890.1200' as decimal(30, 4))`,
      '12345678901234567890.1200',
      'decimal',
    ),
    raw('double', 'select 1.5e300', '1.5e+300', 'double'),
    raw('float', `select v from json_table('[0.1]', '$[*]' columns (v float path '$')) t`, '0.1', 'float'),
    raw('bit', `select cast(b'101' as int)`, '5', 'int'),
    string('date', `select date '2026-01-02'`, '2026-01-02', 'date'),
    string('datetime', `select timestamp '2026-01-02 03:04:05.123456'`, '2026-01-02T03:04:05.123456', 'datetime'),
    string('datetime at midnight', `select timestamp '2026-01-02 00:00:00'`, '2026-01-02T00:00:00', 'datetime'),
    string('the zero date', `select cast('0000-00-00' as date)`, null, 'date'),
    string('time', `select time '-25:04:05'`, '-25:04:05', 'time'),
    string('text', `select 'a\\'b'`, "a'b", 'varchar'),
    string('bytes', `select cast(x'00ff10' as binary(3))`, 'AP8Q', 'varbinary'),
    string('emoji', `select '\u{1f600}'`, '\u{1f600}', 'varchar'),
    { what: 'null', text: 'select null', cell: null, encoding: 'string' },
    { what: 'a bound LIMIT', text: 'select 1 limit ?', binds: [1], cell: '1', encoding: 'raw' },
    {
      what: 'bound bytes',
      text: 'select hex(?)',
      binds: [Uint8Array.of(0, 255, 16)],
      cell: '00FF10',
      encoding: 'string',
    },
    {
      what: 'a bound big integer',
      text: 'select cast(? as unsigned)',
      binds: [18446744073709551615n],
      cell: '18446744073709551615',
      encoding: 'raw',
    },
    {
      what: 'a bound date',
      text: 'select cast(? as date) + interval 1 day',
      binds: ['2020-02-28'],
      cell: '2020-02-29',
      encoding: 'string',
    },
  ],
}
