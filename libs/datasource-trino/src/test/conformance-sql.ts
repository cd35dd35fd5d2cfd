import type { BindValue } from '@penstock/datasource'
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
const bound = (what: string, text: string, value: BindValue, cell: string, encoding: 'raw' | 'string'): ValueCase => ({
  what: `a bound ${what}`,
  text,
  binds: [value],
  cell,
  encoding,
})

/** Trino's words for the conformance suite: they are the same for a real server and for the protocol server of the tests. */
export const TRINO_SQL: ConformanceSql = {
  createNotes: 'create table note (id integer not null, body varchar)',
  insertNote: 'insert into note values (?, ?)',
  refusedNote: [null, 'b'],
  writes: 'alone',
  readNotes: 'select id, body from note order by id',
  echo: 'select cast(? as varchar) as v',
  series: (rows) => (rows === 0 ? 'select 1 as n where false' : `select n from table(sequence(1, ${rows})) as t(n)`),
  wide: (rows, bytes) => `select rpad('x', ${bytes}, 'x') as v from table(sequence(1, ${rows})) as t(n)`,
  // There is nothing that sleeps: this counts for longer than anybody waits.
  sleep: 'select count(*) as conformance_sleep from table(sequence(1, 1000000000000)) as t(n)',
  divideBy: 'select 1 / ?',
  unknownColumn: 'select nowhere',
  hiddenWrite: {
    setUp: [],
    text: `select * from table(system.query(query => 'insert into note values (1, ''hidden'') returning id'))`,
  },
  traces: [
    {
      what: 'session property',
      leave: [`set session query_max_run_time = '1ms'`],
      tell: `select 'still here' from table(sequence(1, 1)) as t(n)`,
    },
    { what: 'prepared statement', leave: ['prepare left from select 1'], tell: 'select 1' },
  ],
  values: [
    raw('the largest bigint', 'select 9223372036854775807', '9223372036854775807', 'bigint'),
    raw('the smallest bigint', 'select cast(-9223372036854775807 - 1 as bigint)', '-9223372036854775808', 'bigint'),
    raw('integer', 'select 7', '7', 'integer'),
    raw('smallint', 'select cast(7 as smallint)', '7', 'smallint'),
    raw('boolean', 'select true', 'true', 'boolean'),
    raw(
      'decimal',
      `select cast(decimal '12345678901234567890.12' as decimal(30, 4))`,
      '12345678901234567890.1200',
      'decimal(30,4)',
    ),
    raw('double', `select double '0.1'`, '0.1', 'double'),
    raw('NaN', 'select nan()', null, 'double'),
    raw('infinity', 'select infinity()', null, 'double'),
    raw('real', `select real '0.1'`, '0.1', 'real'),
    string('date', `select date '2026-01-02'`, '2026-01-02', 'date'),
    string('time', `select time '03:04:05.123'`, '03:04:05.123', 'time(3)'),
    string('timestamp', `select timestamp '2026-01-02 03:04:05.100'`, '2026-01-02T03:04:05.100', 'timestamp(3)'),
    string(
      'timestamp of whole seconds',
      `select timestamp '2026-01-02 03:04:05'`,
      '2026-01-02T03:04:05',
      'timestamp(0)',
    ),
    string(
      'timestamp of microseconds',
      `select timestamp '2026-01-02 03:04:05.123456'`,
      '2026-01-02T03:04:05.123456',
      'timestamp(6)',
    ),
    string(
      'timestamp with time zone',
      `select timestamp '2026-01-02 03:04:05.123 UTC'`,
      '2026-01-02T03:04:05.123Z',
      'timestamp(3) with time zone',
    ),
    string('interval of months', `select interval '14' month`, '1-2', 'interval year to month'),
    string('interval of days', `select interval '1' day`, '1 00:00:00.000', 'interval day to second'),
    string('varchar of a length', `select cast('a''b' as varchar(5))`, "a'b", 'varchar(5)'),
    string('char', `select cast('ab' as char(4))`, 'ab  ', 'char(4)'),
    string('bytes', `select X'00ff10'`, 'AP8Q', 'varbinary'),
    string('emoji', `select cast('\u{1f600}' as varchar)`, '\u{1f600}', 'varchar'),
    string(
      'uuid',
      `select uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59'`,
      '12151fd2-7586-11e9-8f9e-2a86e4085a59',
      'uuid',
    ),
    raw('json', `select json '{"a":[1,"x"]}'`, '{"a":[1,"x"]}', 'json'),
    raw('array of integers', 'select array[1, null, 3]', '[1,null,3]', 'array(integer)'),
    raw(
      'array of dates',
      `select array[date '2026-01-02', date '2026-01-03']`,
      '["2026-01-02","2026-01-03"]',
      'array(date)',
    ),
    { what: 'null', text: 'select cast(null as varchar)', cell: null, encoding: 'string' },
    bound('LIMIT', 'select 1 limit ?', 1, '1', 'raw'),
    bound('bytes', 'select to_hex(?)', Uint8Array.of(0, 255, 16), '00FF10', 'string'),
    bound('big integer', 'select ? + 1', 9_223_372_036_854_775_806n, '9223372036854775807', 'raw'),
    bound('integer beyond 64 bits', 'select ?', 18_446_744_073_709_551_615n, '18446744073709551615', 'raw'),
    bound('fraction', 'select ?', -1.5, '-1.5', 'raw'),
    bound('tiny number', 'select ?', 1e-300, '1e-300', 'raw'),
    bound('list', 'select ?', [1, 2, null], '[1,2,null]', 'raw'),
  ],
}
