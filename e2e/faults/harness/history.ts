import { expect } from 'vitest'

/** One call as its caller saw it. All times are in milliseconds of the machine's clock, which every process here shares. */
export interface Attempt {
  readonly sentMs: number
  readonly endedMs: number
  /** 0 when there was no answer: refused, reset or given up. */
  readonly status: number
  /** Code of the error catalogue. */
  readonly code: string | undefined
  readonly gateway: number
  /** When the statement began and ended by the data source's clock; undefined when it did not run to its end. */
  readonly ran: { readonly beganMs: number; readonly endedMs: number } | undefined
}

/**
 * The most calls that were certainly admitted within one window. A call was admitted somewhere between `sentMs` and `ran.beganMs`, so what
 * was sent and began within a window was admitted in it. Every window that begins with a call is looked at.
 */
export function worstWindow(attempts: readonly Attempt[], windowMs: number): number {
  const ran = attempts.flatMap(({ sentMs, ran: run }) => (run === undefined ? [] : [{ sentMs, beganMs: run.beganMs }]))
  return most(
    ran.map(({ sentMs: from }) => ran.filter((one) => one.sentMs >= from && one.beganMs < from + windowMs).length),
  )
}

/** The most statements that ran at the same time, by the data source's own clock. */
export function worstConcurrency(attempts: readonly Attempt[]): number {
  const runs = attempts.flatMap(({ ran }) => (ran === undefined ? [] : [ran]))
  return most(
    runs.map(({ beganMs: at }) => runs.filter(({ beganMs, endedMs }) => beganMs <= at && at < endedMs).length),
  )
}

/** Answers by status and code: `{ '200': 12, '429 RATE_LIMITED': 3, unreachable: 1 }`. */
export function tally(attempts: readonly Attempt[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, code } of attempts) {
    const name = status === 0 ? 'unreachable' : code === undefined ? String(status) : `${status} ${code}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

export const admitted = (attempts: readonly Attempt[]): number => attempts.filter(({ status }) => status === 200).length

/** The duration that this share of the attempts did not exceed. */
export function quantileMs(attempts: readonly Attempt[], share: number): number {
  const sorted = attempts.map(({ sentMs, endedMs }) => endedMs - sentMs).sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

// Faults hold calls up for half a second and more; below this, a shared machine says more than the fault.
const NOTICED_MS = 400

/** Most callers felt nothing of a fault elsewhere. Not by the slowest few: they tell of the machine. */
export function expectUnhurried(during: readonly Attempt[], before: readonly Attempt[] = []): void {
  expect(quantileMs(during, 0.9)).toBeLessThan(Math.max(NOTICED_MS, 3 * quantileMs(before, 0.9)))
}

const most = (counts: readonly number[]): number => counts.reduce((left, right) => Math.max(left, right), 0)
