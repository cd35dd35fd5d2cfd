#!/usr/bin/env node
// Keeps the `references` of each project's tsconfig, and of the root one, equal to the `@penstock/*` imports of its sources.
// Use: node tools/sync-references.mjs [--check]
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const IMPORT = /(?:from|import)\s*\(?\s*'(@penstock\/[a-z0-9-]+)/g

/** Rewrites what is stale and returns the paths of the tsconfig files that were. With `write: false` nothing is written. */
export function syncReferences(root, { write = true } = {}) {
  const projects = listProjects(root)
  const folderOf = new Map(projects.map((project) => [project.name, project.folder]))
  const stale = []
  const put = (file, references) => {
    const config = JSON.parse(readFileSync(file, 'utf8'))
    if (JSON.stringify(config.references ?? []) === JSON.stringify(references)) return
    stale.push(relative(root, file))
    if (write) writeFileSync(file, `${JSON.stringify({ ...config, references }, null, 2)}\n`)
  }
  for (const { name, folder } of projects) {
    const used = importsOf(join(folder, 'src')).filter((other) => other !== name && folderOf.has(other))
    const references = used.map((other) => ({ path: relative(folder, folderOf.get(other)) }))
    put(join(folder, 'tsconfig.json'), references)
  }
  put(
    join(root, 'tsconfig.json'),
    projects.map(({ folder }) => ({ path: relative(root, folder) })),
  )
  return stale
}

function listProjects(root) {
  const folders = ['libs', 'apps'].flatMap((group) =>
    existsSync(join(root, group))
      ? readdirSync(join(root, group))
          .sort()
          .map((name) => join(root, group, name))
      : [],
  )
  // migrations/ is a project of its own beside the two groups.
  return [...folders, join(root, 'migrations')]
    .filter((folder) => existsSync(join(folder, 'tsconfig.json')))
    .map((folder) => ({ folder, name: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name }))
}

function importsOf(folder) {
  const names = new Set()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue
    const text = readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'utf8')
    for (const [, name] of text.matchAll(IMPORT)) names.add(name)
  }
  return [...names].sort()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const check = process.argv.includes('--check')
  const stale = syncReferences(root, { write: !check })
  for (const file of stale) console.log(`${check ? 'stale' : 'updated'}: ${file}`)
  if (check && stale.length > 0) {
    console.error('Run: node tools/sync-references.mjs')
    process.exit(1)
  }
}
