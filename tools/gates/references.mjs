import { syncReferences } from '../sync-references.mjs'
import { workspacePackages } from './packages.mjs'

/** The project references of every tsconfig equal the imports of its sources. */
export function references(root) {
  const faults = syncReferences(root, { write: false }).map(
    (file) => `${file} is stale: node tools/sync-references.mjs`,
  )
  return { read: `${workspacePackages(root).length} projects`, faults }
}
