import { watch } from 'node:fs'

// An editor writes a file in several steps, and a checkout changes many.
const SETTLE_MS = 100

/**
 * Calls `compile` whenever a TypeScript source below one of the folders has changed and settled; never twice at a time, and once more
 * when something changed meanwhile. Returns how to stop. (TypeScript 7's own `--build --watch` does not notice changes.)
 */
export function watchSources({ folders, compile }) {
  let timer
  let running = false
  let again = false

  const run = async () => {
    if (running) {
      again = true
      return
    }
    running = true
    await compile()
    running = false
    if (again) {
      again = false
      await run()
    }
  }
  const changed = (_event, file) => {
    if (file === null || !/(^|\/)src\/.*\.tsx?$/.test(file)) return
    clearTimeout(timer)
    timer = setTimeout(run, SETTLE_MS)
  }
  const watchers = folders.map((folder) => watch(folder, { recursive: true }, changed))
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
