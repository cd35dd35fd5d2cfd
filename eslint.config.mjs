import { readFileSync, readdirSync } from 'node:fs'
import nx from '@nx/eslint-plugin'
import tseslint from 'typescript-eslint'

const NO_IO = [
  '@nestjs/*',
  'fastify',
  'typeorm',
  'pg',
  'mysql2',
  'ioredis',
  'bullmq',
  'winston',
  'prom-client',
  'quickjs-emscripten',
  'undici',
]
const NO_SYSTEM_IO = [
  'fs',
  'fs/promises',
  'net',
  'http',
  'http2',
  'https',
  'child_process',
  'dgram',
  'tls',
  'worker_threads',
]

/** Imports point one way: contract ← domain ← adapter ← app; the planes share only what is tagged shared. */
const layers = (...extra) => [
  { sourceTag: 'layer:contract', onlyDependOnLibsWithTags: ['layer:contract', ...extra], bannedExternalImports: NO_IO },
  {
    sourceTag: 'layer:domain',
    onlyDependOnLibsWithTags: ['layer:contract', 'layer:domain', ...extra],
    bannedExternalImports: NO_IO,
  },
  {
    sourceTag: 'layer:adapter',
    onlyDependOnLibsWithTags: ['layer:contract', 'layer:domain', 'layer:adapter', ...extra],
  },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:contract', 'layer:domain', 'layer:adapter', ...extra] },
  {
    sourceTag: 'layer:test',
    onlyDependOnLibsWithTags: ['layer:contract', 'layer:domain', 'layer:adapter', 'layer:test'],
  },
  { sourceTag: 'plane:shared', onlyDependOnLibsWithTags: ['plane:shared'] },
  {
    sourceTag: 'plane:data',
    onlyDependOnLibsWithTags: ['plane:shared', 'plane:data'],
    bannedExternalImports: ['typeorm', '@nestjs/typeorm'],
  },
  { sourceTag: 'plane:control', onlyDependOnLibsWithTags: ['plane:shared', 'plane:control'] },
  {
    sourceTag: 'plane:ui',
    onlyDependOnLibsWithTags: ['plane:shared', 'plane:ui'],
    notDependOnLibsWithTags: ['layer:adapter'],
    bannedExternalImports: NO_IO,
  },
]
const boundaries = (depConstraints) => ({
  '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }],
})

const EXPORT_ALL = { selector: 'ExportAllDeclaration:not([exported])', message: 'name each export' }
const ENVIRONMENT = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'process.env is read in config.ts only',
  },
  {
    selector: "MemberExpression[object.name='process'][property.value='env']",
    message: 'process.env is read in config.ts only',
  },
  { selector: "ImportDeclaration[source.value='node:process']", message: 'use the global process' },
]
const NOT_RUN = {
  selector:
    'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|fails|skipIf|runIf)$/]',
  message: 'no focused, skipped or unfinished test: what is in the tree runs',
}
const restricted = (...rules) => ({ 'no-restricted-syntax': ['error', EXPORT_ALL, ...rules] })

/** The source folders of all libs of these layers, from the tags in their package.json. */
const sourcesOfLayers = (...wanted) =>
  readdirSync(new URL('libs/', import.meta.url))
    .filter((lib) => {
      const { nx } = JSON.parse(readFileSync(new URL(`libs/${lib}/package.json`, import.meta.url), 'utf8'))
      return nx.tags.some((tag) => wanted.includes(tag))
    })
    .map((lib) => `libs/${lib}/src/**/*.ts`)

const TESTS = ['**/*.test.ts', 'e2e/**/*.ts', 'bench/**/*.ts']

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.penstock/**', '.cache/**', 'e2e/gates/fixtures/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strict],
    plugins: { '@nx': nx },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...boundaries(layers()),
      ...restricted(...ENVIRONMENT),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // Under verbatimModuleSyntax `import { type X }` still loads the module when the program runs.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-extraneous-class': 'off', // Nest modules are empty classes
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }], // `as const` stays allowed
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: sourcesOfLayers('layer:contract', 'layer:domain'), ignores: TESTS, rules: noSystemIo() },
  // A conformance suite is a `describe` that is handed its runner.
  { files: ['**/*conformance*.ts'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['**/config.ts', 'vitest.config.ts', 'libs/testing/src/**/*.ts'], rules: restricted() },
  {
    files: TESTS,
    rules: {
      ...boundaries(layers('layer:test')),
      ...restricted(NOT_RUN),
      '@typescript-eslint/consistent-type-assertions': 'off',
      'max-lines-per-function': 'off', // a `describe` is as long as what it describes
    },
  },
  // The services of `tools/` start without a build, so what both need lives there.
  { files: ['libs/testing/src/free-port.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  // A benchmark measures parts of both planes, and plays the control plane as the gateway's own tests do.
  { files: ['bench/**/*.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
)

/** Contracts and domain decide; reading files and talking to the network belongs to adapters. node:crypto is pure enough. */
function noSystemIo() {
  const paths = NO_SYSTEM_IO.flatMap((name) => [name, `node:${name}`]).map((name) => ({
    name,
    message: 'a contract or domain lib does no input or output',
  }))
  return { 'no-restricted-imports': ['error', { paths }] }
}
