import type { Measured, Target } from './load.js'
import { WARM_UP_SECONDS } from './plan.js'

export interface Outcome {
  readonly name: string
  /** One for each round, in order. */
  readonly rounds: readonly Measured[]
}

/** A B C, A B C, …: what else the machine does falls on all of them alike. The first, unmeasured round warms them up. */
export async function interleave(
  targets: readonly Target[],
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<readonly Outcome[]> {
  const measured = targets.map((target) => ({ target, rounds: [] as Measured[] }))
  for (const target of targets) await target.measure(Math.max(WARM_UP_SECONDS, seconds / 2))
  for (let round = 0; round < rounds; round += 1) {
    for (const one of measured) one.rounds.push(await one.target.measure(seconds))
  }
  return measured.map(({ target, rounds: all }) => ({ name: target.name, rounds: all }))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
