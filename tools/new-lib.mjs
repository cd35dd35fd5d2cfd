#!/usr/bin/env node
// Makes a new lib with its tags, tsconfig, README and first test, so that they are right from the first minute.
// Use: npm run new:lib -- <name> <contract|domain|adapter|test> <shared|data|control|ui>
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './run/root.mjs'
import { explain, Fault } from './services/fault.mjs'
import { syncReferences } from './sync-references.mjs'

const LAYERS = ['contract', 'domain', 'adapter', 'test']
const PLANES = ['shared', 'data', 'control', 'ui']
const USE = `Use: npm run new:lib -- <name> <${LAYERS.join('|')}> <${PLANES.join('|')}>`

/** Writes the lib below `folder`/libs and its references; throws a Fault that says which argument is wrong. */
export function newLib(folder, name, layer, plane) {
  if (name === undefined || !/^[a-z][a-z0-9-]*$/.test(name))
    throw new Fault('The name must be lower-case words joined by hyphens.', USE)
  if (!LAYERS.includes(layer)) throw new Fault(`The layer must be one of ${LAYERS.join(', ')}.`, USE)
  if (!PLANES.includes(plane)) throw new Fault(`The plane must be one of ${PLANES.join(', ')}.`, USE)
  const home = join(folder, 'libs', name)
  if (existsSync(home)) throw new Fault(`libs/${name} exists already.`, USE)
  for (const [path, text] of Object.entries(filesOf(name, layer, plane))) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  syncReferences(folder)
}

const filesOf = (name, layer, plane) => ({
  'package.json': json({
    name: `@penstock/${name}`,
    version: '0.1.0',
    private: true,
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
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
  'tsconfig.json': json({
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
    include: ['src'],
    exclude: ['src/**/*.test.ts'],
    references: [],
  }),
  // `npm run check` refuses this README until somebody has said what the lib is.
  'README.md': `# @penstock/${name}

Say in one sentence what this lib decides or does.

Public: …
Not here: …
Used by: …  Depends on: …  Test: \`npx nx test @penstock/${name}\`
`,
  'src/index.ts': `export { name } from './${name}.js'\n`,
  [`src/${name}.ts`]: `/** Replace this by the lib's one idea. */\nexport const name = '${name}'\n`,
  [`src/${name}.test.ts`]: `import { expect, it } from 'vitest'
import { name } from './${name}.js'

it('states a guarantee', () => {
  expect(name).toBe('${name}')
})
`,
})

const json = (value) => `${JSON.stringify(value, null, 2)}\n`

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [name, layer, plane] = process.argv.slice(2)
  try {
    newLib(root, name, layer, plane)
    console.log(
      `libs/${name} is there: layer:${layer}, plane:${plane}. Fill its README and sources, then: npm install && npm run check`,
    )
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 2
  }
}
