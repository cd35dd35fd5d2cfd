#!/usr/bin/env node
// Compiles and type-checks every project, in order of their references, and bundles what is started from a bundle. Use: npm run build
import { pathToFileURL } from 'node:url'
import { BUNDLED_APPS, bundleApp } from './bundle.mjs'
import { runNode } from './run/command.mjs'
import { ensureInstalled } from './run/install.mjs'
import { requireNode } from './run/node-version.mjs'
import { compiler, root } from './run/root.mjs'
import { explain, Fault } from './services/fault.mjs'
import { syncReferences } from './sync-references.mjs'

/** Builds all; throws a Fault that holds the compiler's messages. Takes a tenth of a second when nothing has changed. */
export async function build() {
  const stale = syncReferences(root, { write: false })
  if (stale.length > 0)
    throw new Fault(`References are not up to date: ${stale.join(', ')}`, 'Run node tools/sync-references.mjs')
  const { code, output } = await runNode(compiler, ['-b'], { cwd: root })
  if (code !== 0) throw new Fault(`The sources do not compile:\n${output.trim()}`)
  for (const name of BUNDLED_APPS) await bundleApp(root, name)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    requireNode(root)
    await ensureInstalled(root, console.log)
    await build()
    console.log('built')
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}
