import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { median, type Outcome } from './interleave.js'
import type { Measured } from './load.js'
import { PARTS_FOLDER } from './plan.js'

/** A figure that another run can be compared with. */
export interface Figure {
  /** Unique over all sections. */
  readonly name: string
  readonly value: number
  /** The lowest and highest that this run saw: what lies between is noise. */
  readonly low: number
  readonly high: number
  readonly better: 'higher' | 'lower'
  /** A ratio of throughputs within the run: what the chart shows. */
  readonly ratio?: true
}

/** A demand of the plan, and what became of it. */
export interface Budget {
  readonly what: string
  readonly demanded: string
  readonly measured: string
  readonly met: boolean
}

/** What one work found out: a table, figures to compare, and budgets. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly figures: readonly Figure[]
  readonly budgets: readonly Budget[]
  readonly note?: string
}

/** A section in its place on the page. */
export interface PlacedSection extends Section {
  readonly order: number
  /** The day when it was measured. */
  readonly measured: string
}

/** Keeps a section for the page that is made when all works have run. */
export function publish(order: number, section: Section): void {
  mkdirSync(PARTS_FOLDER, { recursive: true })
  const placed: PlacedSection = { order, measured: new Date().toISOString().slice(0, 10), ...section }
  writeFileSync(join(PARTS_FOLDER, `${section.id}.json`), JSON.stringify(placed))
}

export interface Comparison {
  readonly id: string
  readonly title: string
  readonly outcomes: readonly Outcome[]
  /** The target that the others are set against. */
  readonly base: string
  /** Targets whose ratio is worth keeping. */
  readonly kept: readonly string[]
  readonly budgets?: readonly { readonly target: string; readonly ratio: number; readonly what: string }[]
  readonly note?: string
}

/** The section of targets that were measured in turn. Ratios are taken within each round, and their median counts. */
export function comparison({ id, title, outcomes, base, kept, budgets = [], note }: Comparison): Section {
  const ratios = new Map(outcomes.map((outcome) => [outcome.name, ratiosTo(outcome, outcomes, base)]))
  const ratioOf = (name: string): number => median(ratios.get(name) ?? [])
  return {
    id,
    title,
    head: [
      '',
      'requests/s',
      'spread',
      `ratio to ${base}`,
      'p50 ms',
      'p99 ms',
      'loop lag p99 ms',
      'CPU µs/request',
      'MB',
    ],
    rows: outcomes.map((outcome) => row(outcome, ratioOf(outcome.name))),
    figures: kept.map((name) => {
      const all = ratios.get(name) ?? []
      return {
        name: `${id}: ${name}`,
        value: median(all),
        low: Math.min(...all),
        high: Math.max(...all),
        better: 'higher',
        ratio: true,
      }
    }),
    budgets: budgets.map(({ target, ratio, what }) => ({
      what,
      demanded: `≥ ${ratio} × ${base}`,
      measured: `${ratioOf(target).toFixed(2)} ×`,
      met: ratioOf(target) >= ratio,
    })),
    ...(note === undefined ? {} : { note }),
  }
}

function ratiosTo(outcome: Outcome, all: readonly Outcome[], base: string): readonly number[] {
  const against = all.find(({ name }) => name === base)
  return outcome.rounds.map(({ perSecond }, round) => perSecond / (against?.rounds[round]?.perSecond ?? Number.NaN))
}

function row({ name, rounds }: Outcome, ratio: number): readonly string[] {
  const rates = rounds.map(({ perSecond }) => perSecond)
  return [
    name,
    median(rates).toFixed(0),
    `${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)}`,
    ratio.toFixed(2),
    middle(rounds, ({ p50Ms }) => p50Ms, 1),
    middle(rounds, ({ p99Ms }) => p99Ms, 1),
    middle(rounds, ({ lagP99Ms }) => lagP99Ms, 1),
    ...usage(rounds),
  ]
}

/** Processor time per request and memory; empty where they are not known. */
export function usage(rounds: readonly Measured[]): readonly string[] {
  const megabytes = ({ residentBytes }: Measured): number | undefined =>
    residentBytes === undefined ? undefined : residentBytes / 2 ** 20
  return [middle(rounds, ({ cpuUs }) => cpuUs, 0), middle(rounds, megabytes, 0)]
}

/** The median of the rounds; empty when one of them does not know its value. */
export function middle(
  rounds: readonly Measured[],
  pick: (measured: Measured) => number | undefined,
  digits: number,
): string {
  const known = rounds.map(pick).filter((value) => value !== undefined)
  return known.length < rounds.length ? '' : median(known).toFixed(digits)
}
