/** One step in the history of what was served, oldest first. */
export interface HistoryStep {
  readonly action: 'publish' | 'rollback' | 'unpublish'
  readonly versionId: string | null
}

/**
 * The version that was served before the one that is served now; undefined when there is none. Rolling back again goes further back, it does
 * not return to what was just left. Of an API that is not published it is the version that was served last.
 */
export function rollbackTarget(history: readonly HistoryStep[]): string | undefined {
  let served: string[] = []
  let published = false
  for (const { action, versionId } of history) {
    published = versionId !== null && action !== 'unpublish'
    if (versionId === null || action === 'unpublish') continue
    const known = served.lastIndexOf(versionId)
    if (action === 'rollback' && known >= 0) served = served.slice(0, known + 1)
    else if (served.at(-1) !== versionId) served = [...served, versionId]
  }
  return published ? served.at(-2) : served.at(-1)
}
