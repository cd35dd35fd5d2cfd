#!/usr/bin/env node
// Makes a new lib with its tags, tsconfig, README and first test, so that they are right from the first minute.
// Use: npm run new:lib -- <name> <contract|domain|adapter|test> <shared|data|control|ui>
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { syncReferences } from './sync-references.mjs'

const LAYERS = ['contract', 'domain', 'adapter', 'test']
const PLANES = ['shared', 'data', 'control', 'ui']
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [name, layer, plane] = process.argv.slice(2)

const fault =
  name === undefined || !/^[a-z][a-z0-9-]*$/.test(name)
    ? 'the name must be lower-case words joined by hyphens'
    : !LAYERS.includes(layer)
      ? `the layer must be one of ${LAYERS.join(', ')}`
      : !PLANES.includes(plane)
        ? `the plane must be one of ${PLANES.join(', ')}`
        : existsSync(join(root, 'libs', name))
          ? `libs/${name} exists already`
          : undefined
if (fault !== undefined) {
  console.error(`new:lib: ${fault}. Use: npm run new:lib -- <name> <${LAYERS.join('|')}> <${PLANES.join('|')}>`)
  process.exit(2)
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`
const write = (path, text) => {
  const file = join(root, 'libs', name, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

write(
  'package.json',
  json({
    name: `@penstock/${name}`,
    version: '0.1.0',
    private: true,
    license: 'Apache-2.0',
    type: 'module',
    exports: {
      '.': { '@penstock/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    },
    scripts: {
      build: 'node ../../node_modules/typescript7/bin/tsc -b',
      lint: 'eslint src',
      test: `vitest run --root ../.. libs/${name}/`,
    },
    nx: { tags: [`layer:${layer}`, `plane:${plane}`] },
  }),
)
write(
  'tsconfig.json',
  json({
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
    include: ['src'],
    exclude: ['src/**/*.test.ts'],
    references: [],
  }),
)
write(
  'README.md',
  `# @penstock/${name}\n\nSay in one sentence what this lib decides or does.\n\nPublic: …  Not here: …  Used by: …  Depends on: …  Test: \`npx nx test ${name}\`\n`,
)
write('src/index.ts', '')
syncReferences(root)
console.log(
  `libs/${name} is there: layer:${layer}, plane:${plane}. Fill its README and index.ts, then: npm install && npm run check`,
)
