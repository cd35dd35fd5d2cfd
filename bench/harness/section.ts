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

/** Keeps a section for the page that is made when all works have run. */
export function publish(order: number, section: Section): void {
  mkdirSync(PARTS_FOLDER, { recursive: true })
  writeFileSync(join(PARTS_FOLDER, `${String(order).padStart(2, '0')}-${section.id}.json`), JSON.stringify(section))
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
    head: ['', 'requests/s', 'spread', `ratio to ${base}`, 'p50 ms', 'p99 ms', 'CPU µs/request', 'MB'],
    rows: outcomes.map((outcome) => row(outcome, ratioOf(outcome.name))),
    figures: kept.map((name) => {
      const all = ratios.get(name) ?? []
      return {
        name: `${id}: ${name}`,
        value: median(all),
        low: Math.min(...all),
        high: Math.max(...all),
        better: 'higher',
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
  const of = (pick: (measured: Measured) => number): number => median(rounds.map(pick))
  const rates = rounds.map(({ perSecond }) => perSecond)
  const known = rounds[0]?.cpuUs !== undefined
  return [
    name,
    of(({ perSecond }) => perSecond).toFixed(0),
    `${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)}`,
    ratio.toFixed(2),
    of(({ p50Ms }) => p50Ms).toFixed(1),
    of(({ p99Ms }) => p99Ms).toFixed(1),
    known ? of(({ cpuUs }) => cpuUs ?? Number.NaN).toFixed(0) : '',
    known ? of(({ residentBytes }) => (residentBytes ?? Number.NaN) / 2 ** 20).toFixed(0) : '',
  ]
}
