import { sqlWords, type SqlWords } from '@penstock/sql-template'
import type { StatementAnalysis } from './analyse-statement.js'

const READING = new Set(['select', 'values', 'table', 'with', 'show', 'explain', 'describe', 'desc'])
const CONTROL = new Set(['begin', 'commit', 'end', 'lock', 'release', 'rollback', 'savepoint', 'start', 'unlock', 'xa'])
const UNKNOWABLE = new Set(['call', 'do', 'set', 'execute', 'with', 'analyze', 'handler'])
/** Words with which a SELECT may do more than read: write a variable or a file, lock rows, take from a sequence. */
const DOING = /^(?:into|for|lock|procedure|insert|update|delete|replace|nextval|setval|lastval|value|previous|sql_\w+)$/
/** Words before a parenthesis that call nothing. */
const KEYWORDS = new Set(
  (
    'all and any as between binary by case char cross decimal distinct else except exists from group having in ' +
    'inner intersect interval is join left like not numeric on or order outer over partition right rlike select ' +
    'some then union unsigned using values varchar when where with xor'
  ).split(' '),
)
/** Built-in functions that only compute; all others are left to a read-only transaction. */
const FUNCTIONS = new Set(
  (
    'abs adddate addtime avg cast ceil ceiling char_length character_length coalesce concat concat_ws convert count ' +
    'curdate current_date current_time current_timestamp date date_add date_format date_sub datediff day dayname ' +
    'dayofmonth dayofweek dayofyear dense_rank elt exp extract field find_in_set first_value floor format greatest ' +
    'group_concat hex hour if ifnull instr json_array json_arrayagg json_extract json_length json_object ' +
    'json_objectagg json_unquote json_value lag last_day last_value lcase lead least left length ln locate log log10 ' +
    'log2 lower lpad ltrim max md5 microsecond mid min minute mod month monthname now ntile nullif pow power quarter ' +
    'rank replace reverse right round row_number rpad rtrim second sha1 sha2 sign sqrt std str_to_date substr ' +
    'substring substring_index sum time time_format timediff timestamp timestampadd timestampdiff trim truncate ucase ' +
    'unhex unix_timestamp upper utc_date utc_time utc_timestamp week weekday year'
  ).split(' '),
)

/**
 * Says of a MySQL text whether it is certain to leave its session clean, by the words of its code alone. It knows too little of the
 * language to be generous: whatever is not listed is not clean, and runs in a read-only transaction that the server enforces.
 */
export function analyseMysql(text: string): StatementAnalysis {
  const found = sqlWords(text, 'mysql')
  const kind = found.words[0]?.word ?? ''
  if (found.broken) return { ok: false, message: 'there is more than one statement in one text', position: undefined }
  if (kind === '') return { ok: false, message: 'there is no statement', position: undefined }
  const clean = isClean(kind, found)
  const reading = READING.has(kind)
  return {
    ok: true,
    kind,
    returnsRows: UNKNOWABLE.has(kind) ? undefined : reading,
    clean,
    reads: clean ? true : reading || UNKNOWABLE.has(kind) ? undefined : false,
    controlsTransaction: CONTROL.has(kind),
  }
}

function isClean(kind: string, { words, signs, quotedCall }: SqlWords): boolean {
  if (!['select', 'values', 'with'].includes(kind) || quotedCall) return false
  // Variables can be assigned to, and what stands in an executable comment depends on the server.
  if (/[@]|:=|\*!|\*\/|\/\*/.test(signs)) return false
  return words.every(({ word, before, follows }) => {
    // Only directly before its parenthesis is a built-in function itself, and not a stored one of the same name.
    const isCall = follows === 'parenthesis' && FUNCTIONS.has(word) && before !== '.'
    if (isCall) return true
    if (DOING.test(word)) return false
    return follows === 'other' || (KEYWORDS.has(word) && before !== '.')
  })
}
