import { load, type Measured, type Target } from './load.js'

export interface Outcome {
  readonly target: Target
  /** One for each round, in order. */
  readonly rounds: readonly Measured[]
}

/** A B C, A B C, …: what else the machine does falls on all of them alike. The first, unmeasured round warms them up. */
export async function interleave(
  targets: readonly Target[],
  { rounds, seconds, connections }: { rounds: number; seconds: number; connections: number },
): Promise<readonly Outcome[]> {
  const measured = targets.map((target) => ({ target, rounds: [] as Measured[] }))
  for (const target of targets) await load(target, { seconds: Math.max(1, seconds / 2), connections })
  for (let round = 0; round < rounds; round += 1) {
    for (const one of measured) one.rounds.push(await load(one.target, { seconds, connections }))
  }
  return measured
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
