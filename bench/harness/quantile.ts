/** Fewer than this above a quantile, and it says what a few chance events did. */
const ABOVE_MIN = 10

/**
 * The value that `share` of the values do not exceed; undefined when there are too few to say: at least ten must lie above it, so that a p99
 * needs a thousand.
 */
export function quantile(values: Iterable<number>, share: number): number | undefined {
  const sorted = Float64Array.from(values).sort()
  // In whole numbers of values: 0.01 × 1,000 is not quite ten.
  if (Math.round(sorted.length * (1 - share)) < ABOVE_MIN) return undefined
  return sorted[Math.ceil(sorted.length * share) - 1]
}
