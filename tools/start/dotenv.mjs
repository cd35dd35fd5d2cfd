import { existsSync, readFileSync } from 'node:fs'

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/
const ESCAPES = { n: '\n', r: '\r', t: '\t' }

/** The variables of a `.env` text. Single quotes keep all as it is, double quotes know \n, \" and \\; ` #` begins a comment. */
export function parseDotenv(text) {
  const values = {}
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [, name, raw] = LINE.exec(line) ?? []
    if (name !== undefined) values[name] = unquoted(raw)
  }
  return values
}

function unquoted(raw) {
  const single = /^'([^']*)'/.exec(raw)
  if (single) return single[1]
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(raw)
  if (double) return double[1].replace(/\\(.)/g, (_, character) => ESCAPES[character] ?? character)
  return raw.replace(/(^|\s+)#.*$/, '')
}

/** `environment` over the file's variables: what is set on the command line wins; an empty one counts as not set. */
export function withDotenv(file, environment) {
  const fromFile = existsSync(file) ? parseDotenv(readFileSync(file, 'utf8')) : {}
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
  return { ...fromFile, ...Object.fromEntries(given) }
}
