/**
 * Calls back once, when the process that started this one is gone. Whoever ends `npm start` by its process id ends npm and the shell between
 * npm and us; no signal reaches us, and without this everything would run on with nobody to stop it.
 */
export function whenParentGone(gone, { everyMs = 500 } = {}) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    gone()
  }, everyMs)
  timer.unref()
}
