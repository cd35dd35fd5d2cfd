#!/usr/bin/env node
// From a clone to a running Penstock on this machine; Ctrl-C stops all of it. Plain Node: it runs before anything is installed.
// Use: npm start        npm run dev (the same, following changes of the sources)
import { requireNode } from './run/node-version.mjs'
import { root } from './run/root.mjs'
import { explain } from './services/fault.mjs'

try {
  requireNode(root)
  // Loaded only now: a Node that is too old could not even read the rest.
  import('./start/main.mjs')
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
