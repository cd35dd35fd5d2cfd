import type { ScriptRunner } from '@penstock/script'

/** A runner that is loaded and opened with its first job: a gateway without scripts pays nothing for them. */
export function lazyRunner(open: () => Promise<ScriptRunner>): ScriptRunner {
  let opening: Promise<ScriptRunner> | undefined
  const opened = (): Promise<ScriptRunner> => (opening ??= open())
  return {
    run: async (job) => (await opened()).run(job),
    check: async (role, program, signal) => (await opened()).check(role, program, signal),
    async close() {
      await (await opening)?.close()
    },
  }
}
