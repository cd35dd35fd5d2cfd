import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The compiled program of the host, by its name: where this module lies says nothing once it is part of a bundle. */
export const HOST_PROGRAM = createRequire(import.meta.url).resolve('@penstock/script-quickjs/host')
const LIB = `${join(HOST_PROGRAM, '..', '..', '..')}/`

/**
 * What Node takes away from the host before its first line: code from text, files but its own program's, and starting processes. It is no wall
 * against machine code, but what runs there is WebAssembly and our own; and what it could read otherwise are the environment of its parent and
 * whatever the same user owns.
 */
export function hostFlags(): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const readable = [LIB, packagesFolder(), '/proc/thread-self/schedstat']
  return [
    permission,
    '--allow-worker',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disallow-code-generation-from-strings',
    '--no-warnings',
    // To give the memory of a dropped instance back at once.
    '--expose-gc',
    // For all its threads together: four, which is what Node starts, take every core of a small machine at each collection.
    '--v8-pool-size=1',
  ]
}

/** Where the engine and what it needs are installed. */
function packagesFolder(): string {
  const entry = createRequire(HOST_PROGRAM).resolve('quickjs-emscripten')
  const at = entry.lastIndexOf('/node_modules/')
  return at === -1 ? `${dirname(entry)}/` : `${entry.slice(0, at)}/node_modules/`
}
