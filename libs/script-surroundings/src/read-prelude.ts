import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const { resolve } = createRequire(import.meta.url)

/** The guest code that the engine evaluates before everything that authors write. */
export async function readPrelude(): Promise<string> {
  const [surroundings, digests, time] = await Promise.all(
    ['@penstock/script/surroundings.js', '@penstock/script/digests.js', '@penstock/script/time.js'].map(readExpression),
  )
  return `${surroundings}(${digests}, ${time})`
}

/** Each file is one expression, behind comments and a semicolon. */
async function readExpression(name: string): Promise<string> {
  const text = await readFile(resolve(name), 'utf8')
  return `(${text.replace(LEAD, '').trimEnd()})`
}

const LEAD = /^(?:\s*\/\/[^\n]*\n)*;?/
