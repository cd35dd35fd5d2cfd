// Every gate is shown to work: each fixture breaks one rule, and its gate must say so.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root as repository } from '../run/root.mjs'
import { cycles } from './cycles.mjs'
import { documents } from './documents.mjs'
import { fileLength } from './file-length.mjs'
import { formatting } from './formatting.mjs'
import { licences } from './licences.mjs'
import { projectGraphOnDisk } from './project-graph.mjs'
import { readmes } from './readmes.mjs'
import { references } from './references.mjs'
import { types } from './types.mjs'
import { unused } from './unused.mjs'

const FIXTURES = join(repository, 'e2e', 'gates', 'fixtures')
const LAYERS = '@nx/enforce-module-boundaries'

/** A file of fixtures/lint, the place in the tree that it pretends to be at, and the rule that must report it there. */
const LINTED = [
  ['domain-imports-fastify.ts', 'libs/routing/src/planted.ts', LAYERS],
  ['domain-imports-adapter.ts', 'libs/routing/src/planted.ts', LAYERS],
  ['contract-imports-domain.ts', 'libs/contracts/src/planted.ts', LAYERS],
  ['gateway-imports-control.ts', 'apps/gateway/src/planted.ts', LAYERS],
  ['gateway-imports-typeorm.ts', 'apps/gateway/src/planted.ts', LAYERS],
  ['app-imports-testing.ts', 'apps/admin/src/planted.ts', LAYERS],
  ['reaches-into-another-lib.ts', 'libs/routing/src/planted.ts', LAYERS],
  ['domain-reads-files.ts', 'libs/routing/src/planted.ts', 'no-restricted-imports'],
  ['any.ts', 'libs/routing/src/planted.ts', '@typescript-eslint/no-explicit-any'],
  ['assertion.ts', 'libs/routing/src/planted.ts', '@typescript-eslint/consistent-type-assertions'],
  ['non-null.ts', 'libs/routing/src/planted.ts', '@typescript-eslint/no-non-null-assertion'],
  ['environment.ts', 'apps/admin/src/planted.ts', 'no-restricted-syntax'],
  ['export-all.ts', 'libs/routing/src/planted.ts', 'no-restricted-syntax'],
  ['long-function.ts', 'libs/routing/src/planted.ts', 'max-lines-per-function'],
  ['focused.test.ts', 'libs/routing/src/planted.test.ts', 'no-restricted-syntax'],
]

/** A gate, the folder of fixtures that it is given as root, and what it must find there. */
const RUN = [
  ['cycle', (root) => cycles(root), /cycle: .*a\.ts/],
  ['cycle-of-types', (root) => cycles(root), /cycle: .*a\.ts/],
  ['types', (root) => types(root, [['-p', 'tsconfig.json']]), /TS2322/],
  ['unused', unused, /unused file: .*forgotten\.ts/],
  ['unused', unused, /unused exports: neverImported/],
  ['unused', unused, /unused dependencies: left-pad/],
  ['formatting', (root) => formatting(root, { ignoring: join(root, 'nothing-is-ignored') }), /planted\.ts/],
  ['length', (root) => fileLength(root, ['libs']), /401 lines/],
  ['licences', licences, /copyleft: GPL-3\.0-only/],
  ['licences', licences, /unnamed: no licence named/],
  ['references', references, /libs\/one\/tsconfig\.json is stale/],
  ['readmes', readmes, /libs\/one has no README\.md/],
  ['readmes', readmes, /libs\/two\/README\.md is still the generator's/],
  ['documents', documents, /\.env\.example is stale/],
]

/** Fails for each planted violation that its gate does not report. */
export async function plantedViolations() {
  await projectGraphOnDisk(repository)
  const missed = [...(await missedByLint()), ...(await missedByGates())]
  const planted = LINTED.length + RUN.length
  const faults = missed.map((name) => `not found: ${name}`)
  return { read: `${planted - missed.length} of ${planted} planted violations found`, faults }
}

async function missedByLint() {
  const { ESLint } = await import('eslint')
  const eslint = new ESLint({ cwd: repository })
  const missed = []
  for (const [fixture, pretended, rule] of LINTED) {
    const text = readFileSync(join(FIXTURES, 'lint', fixture), 'utf8')
    const [result] = await eslint.lintText(text, { filePath: join(repository, pretended) })
    if (result?.messages.some(({ ruleId }) => ruleId === rule) !== true) missed.push(`lint/${fixture} (${rule})`)
  }
  return missed
}

async function missedByGates() {
  const missed = []
  for (const [fixture, gate, expected] of RUN) {
    const { faults } = await gate(join(FIXTURES, fixture))
    if (!faults.some((fault) => expected.test(fault)))
      missed.push(`${fixture} (${expected}), but ${JSON.stringify(faults)}`)
  }
  return missed
}
