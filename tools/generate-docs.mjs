#!/usr/bin/env node
// Writes the documents that are made from the code: the settings, .env.example, the error catalogue and the types of scripts.
// Use: npm run docs [-- --check]          (reads what `npm run build` made)
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { envExample, errorsDocument, settingsDocument } from './documents/render.mjs'
import { starterSettings } from './documents/starter-settings.mjs'
import { root } from './run/root.mjs'
import { explain, Fault } from './services/fault.mjs'

/** The text of each generated document by its path. */
async function renderDocuments() {
  const apps = await settingsOfApps()
  const { CATALOGUE } = await load(join(root, 'libs', 'errors', 'dist', 'index.js'))
  return {
    'docs/reference/settings.md': settingsDocument(apps),
    'docs/reference/errors.md': errorsDocument(CATALOGUE),
    '.env.example': envExample(apps),
    'docs/reference/penstock-script.d.ts': readFileSync(join(root, 'libs/script/guest/penstock-script.d.ts'), 'utf8'),
  }
}

/** The generated documents below `folder` that differ from what the code says now. */
export async function staleDocuments(folder = root) {
  const documents = Object.entries(await renderDocuments())
  const stale = documents.filter(
    ([path, text]) => !existsSync(join(folder, path)) || readFileSync(join(folder, path), 'utf8') !== text,
  )
  return { stale: stale.map(([path]) => path), count: documents.length }
}

// Each app describes its settings in the config.ts that reads them; what is described there is what is documented.
async function settingsOfApps() {
  const apps = [{ name: 'npm start', settings: starterSettings }]
  for (const name of readdirSync(join(root, 'apps')).sort()) {
    if (!existsSync(join(root, 'apps', name, 'src', 'config.ts'))) continue
    const exported = Object.values(await load(join(root, 'apps', name, 'dist', 'config.js')))
    const definitions = exported.filter(isDefinition)
    if (definitions.length > 0) apps.push({ name, settings: Object.assign({}, ...definitions) })
  }
  return apps
}

const isDefinition = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).some((entry) => entry?.schema !== undefined && 'description' in entry)

async function load(file) {
  if (!existsSync(file)) throw new Fault(`${file} is missing.`, 'Run npm run build first.')
  return import(pathToFileURL(file).href)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    if (process.argv.includes('--check')) {
      const { stale } = await staleDocuments()
      if (stale.length > 0) throw new Fault(`Stale: ${stale.join(', ')}.`, 'Run npm run docs.')
    } else {
      for (const [path, text] of Object.entries(await renderDocuments())) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
        console.log(path)
      }
    }
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}
