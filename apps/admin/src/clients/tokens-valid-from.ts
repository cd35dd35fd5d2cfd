/**
 * The second from which tokens count, when all that were given out until now must end. Times in tokens are whole seconds: those of the
 * running second cannot be told apart from those that are to end, so validity begins with the next one.
 */
export function tokensValidFrom(now: Date): string {
  return String(Math.floor(now.getTime() / 1000) + 1)
}
