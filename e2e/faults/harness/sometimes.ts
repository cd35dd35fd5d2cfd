/**
 * Proof that a fault was really met. A run in which a breaker never opened, or the last good file was never read, says nothing about them:
 * it counts as not run, and fails.
 */
export interface Sometimes<Name extends string> {
  /** Notes that it happened; a number, as a metric gives it, counts when it is above 0. */
  met(name: Name, times?: number): void
  /** For afterAll: throws when something was never met, and says how often each was. */
  demand(): void
}

export function sometimes<const Name extends string>(...names: readonly Name[]): Sometimes<Name> {
  const counts = new Map<Name, number>(names.map((name) => [name, 0]))
  return {
    met: (name, times = 1) => void counts.set(name, (counts.get(name) ?? 0) + times),
    demand() {
      const lines = [...counts].map(([name, count]) => `${count} × ${name}`)
      const never = [...counts].filter(([, count]) => count === 0).map(([name]) => name)
      if (never.length > 0) throw new Error(`never met: ${never.join('; ')}\nof\n${lines.join('\n')}`)
    },
  }
}
