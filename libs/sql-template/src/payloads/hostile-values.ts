/**
 * Values that try to leave the place they are put in. Made by putting together how one gets out of a literal, what one would do
 * outside, and how one hides the rest; then dressed up the ways that get past careless escaping. Deterministic: the same seed and
 * count always make the same values.
 */
export function hostileValues(seed: number, count: number): string[] {
  const random = randomFrom(seed)
  const values = [...FIXED]
  while (values.length < count) values.push(hostileValue(random))
  return values.slice(0, count)
}

/** How to get out: of strings, identifiers, lists, comments, dollar quotes, numbers, LIKE patterns, JSON. */
const EXITS = [
  "'",
  "''",
  "'''",
  '"',
  '""',
  "\\'",
  "\\\\'",
  '\\',
  '`',
  ')',
  "')",
  "'))",
  "'}",
  ']',
  "']",
  '*/',
  '\n',
  ';',
  "';",
  "'::text",
  "E'\\'",
  "%'",
  "_'",
  '$$',
  '$x$',
  '$1',
  '0',
  '-1',
  '1e400',
  ' ',
  "'||",
  "' -",
  '"}',
  "',",
  '--\n',
  'NULL',
]
/** What to do outside. */
const DEEDS = [
  'OR 1=1',
  'AND 1=0',
  'UNION SELECT usename FROM pg_user',
  'UNION ALL SELECT NULL, NULL',
  '; DROP TABLE victims',
  '; COMMIT; DELETE FROM victims',
  '; INSERT INTO victims VALUES (1)',
  '|| (SELECT version()) ||',
  "= ANY('{1}')",
  'IS NOT NULL',
  "; COPY victims TO PROGRAM 'id'",
  'LIMIT 0 OFFSET 0',
  'RETURNING *',
  'CASE WHEN true THEN 1 END',
  '(SELECT pg_sleep(9))',
  '; SET ROLE postgres',
  '::int',
  'AS x',
  'FOR UPDATE',
  "INTO OUTFILE 'x'",
  '; BEGIN',
  'BETWEEN 0 AND 9',
  '{{ 7 * 7 }}',
  '{% raw %}',
  '{# note #}',
  '{% if true %}OR 1=1{% endif %}',
  '${1+1}',
  '%(name)s',
  ':name',
  '?',
  '@@version',
  '$2',
]
/** How to hide what comes after. */
const HIDERS = [
  '',
  '',
  '--',
  '-- -',
  '#',
  '/*',
  '/*!50000',
  "'",
  '"',
  '$$',
  ';',
  '\0',
  '\\',
  "OR '",
  'AND "',
  ')',
  '\n',
  '\u2028',
]
/** Ways to dress a text so that something further in undresses it. */
const DISGUISES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.replaceAll(' ', '/**/'),
  (text) => text.replaceAll(' ', '\t'),
  (text) => text.replaceAll(' ', '\u00a0'),
  (text) => text.replaceAll("'", '\u02bc'),
  (text) => text.replaceAll("'", '\uff07'),
  (text) => text.replaceAll('"', '\uff02'),
  (text) => text.replaceAll("'", '\u2019').replaceAll('-', '\u2010'),
  (text) => encodeURIComponent(text.replaceAll('\ud800', '')),
  (text) => [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (text) => [...text].map((character) => `&#${character.charCodeAt(0)};`).join(''),
  (text) => `0x${[...text].map((character) => character.charCodeAt(0).toString(16)).join('')}`,
  (text) => `\u202e${text}`,
  (text) => text.split('').join('\u200b'),
  (text) => `\ufeff${text}`,
  (text) => `\u7e17${text}`, // its GBK bytes end in a backslash
  (text) => text.repeat(3),
]
/** Single values that have broken something somewhere by themselves. */
const FIXED = [
  '',
  "'",
  '"',
  '\\',
  '`',
  '\0',
  ';',
  '--',
  '/*',
  '*/',
  '$$',
  '$1',
  '%',
  '_',
  '\\%',
  '{}',
  '[]',
  '{1,2}',
  '{"a":1}',
  'NULL',
  'null',
  'true',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '00',
  '0x0',
  '\ud800',
  '\udfff',
  '\u{1f4a3}',
  '\u0301',
  'ß',
  'İ',
  '__proto__',
  'constructor',
  'toString',
  'a\r\nb',
  '\u0001',
  '\x7f',
  '\u2028',
]

function hostileValue(random: () => number): string {
  const pick = <T>(from: readonly T[], fallback: T): T => from[Math.floor(random() * from.length)] ?? fallback
  const parts = [pick(EXITS, "'"), pick(DEEDS, 'OR 1=1'), pick(HIDERS, '--')]
  const glue = pick(['', ' ', ' ', '\n', '/**/', '+'], ' ')
  const lead = pick(['', '', '1', 'abc', '2024-01-01', 'x@y.z', '-'], '')
  return pick(DISGUISES, String)(lead + parts.join(glue))
}

/** Mulberry32: enough to walk through combinations, the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
