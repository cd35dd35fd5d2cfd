import nx from '@nx/eslint-plugin'
import tseslint from 'typescript-eslint'

const NO_IO = [
  '@nestjs/*', 'fastify', 'typeorm', 'pg', 'mysql2', 'ioredis', 'bullmq', 'winston', 'prom-client', 'quickjs-emscripten', 'undici',
]

/** Imports point one way: contract ← domain ← adapter ← app; the planes share only what is tagged shared. */
const layers = (...extra) => [
  { sourceTag: 'layer:contract', onlyDependOnLibsWithTags: ['layer:contract', ...extra], bannedExternalImports: NO_IO },
  { sourceTag: 'layer:domain', onlyDependOnLibsWithTags: ['layer:contract', 'layer:domain', ...extra], bannedExternalImports: NO_IO },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:contract', 'layer:domain', 'layer:adapter', ...extra] },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:contract', 'layer:domain', 'layer:adapter', ...extra] },
  { sourceTag: 'layer:test', onlyDependOnLibsWithTags: ['layer:contract', 'layer:domain', 'layer:adapter', 'layer:test'] },
  { sourceTag: 'plane:shared', onlyDependOnLibsWithTags: ['plane:shared'] },
  { sourceTag: 'plane:data', onlyDependOnLibsWithTags: ['plane:shared', 'plane:data'], bannedExternalImports: ['typeorm', '@nestjs/typeorm'] },
  { sourceTag: 'plane:control', onlyDependOnLibsWithTags: ['plane:shared', 'plane:control'] },
  { sourceTag: 'plane:ui', onlyDependOnLibsWithTags: ['plane:shared', 'plane:ui'], notDependOnLibsWithTags: ['layer:adapter'], bannedExternalImports: NO_IO },
]
const boundaries = (depConstraints) => ({
  '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }],
})

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.penstock/**', '.cache/**', 'e2e/gates/fixtures/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strict],
    plugins: { '@nx': nx },
    rules: {
      ...boundaries(layers()),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': 'off', // Nest modules are empty classes
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }], // `as const` stays allowed
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'process.env is read in config.ts only' },
        { selector: "ExportAllDeclaration:not([exported])", message: 'name each export' },
      ],
    },
  },
  {
    files: ['**/config.ts', 'vitest.config.ts', 'libs/testing/src/**/*.ts', 'e2e/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', { selector: "ExportAllDeclaration:not([exported])", message: 'name each export' }] },
  },
  {
    files: ['libs/*/src/**/*.ts'],
    ignores: ['libs/testing/**', '**/*.test.ts'],
    rules: {},
  },
  {
    files: ['**/*.test.ts', 'e2e/**/*.ts'],
    rules: { ...boundaries(layers('layer:test')), '@typescript-eslint/consistent-type-assertions': 'off' },
  },
)
