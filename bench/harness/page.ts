import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { ratioChart } from './chart.js'
import { compareFigures } from './compare.js'
import { PARTS_FOLDER, RESULTS_FOLDER } from './plan.js'
import type { Figure, PlacedSection, Section } from './section.js'

const SECTIONS_FILE = join(RESULTS_FOLDER, 'sections.json')

/**
 * Vitest's global set-up: forgets what was measured last and, when all works have run, makes a page of it. Kept are whole runs, and single works
 * where that is asked for, in the place of what stood there.
 */
export default function gather(): () => void {
  const before = committed()
  rmSync(PARTS_FOLDER, { recursive: true, force: true })
  return () => {
    const measured = parts()
    if (measured.length === 0) return
    console.log(page(measured))
    if (process.env['BENCH_COMPARE'] === '1') report(compareFigures(figuresOf(before), figuresOf(measured)))
    if (process.env['BENCH_KEEP'] === 'all') keep(measured)
    if (process.env['BENCH_KEEP'] === 'these') keep(placed(before, measured))
  }
}

function parts(): readonly PlacedSection[] {
  if (!existsSync(PARTS_FOLDER)) return []
  const sections = readdirSync(PARTS_FOLDER).map((file): PlacedSection =>
    JSON.parse(readFileSync(join(PARTS_FOLDER, file), 'utf8')),
  )
  return sections.sort(byOrder)
}

function committed(): readonly PlacedSection[] {
  return existsSync(SECTIONS_FILE) ? JSON.parse(readFileSync(SECTIONS_FILE, 'utf8')) : []
}

/** The sections of before, with those that were measured anew in the place of their predecessors. */
export function placed(before: readonly PlacedSection[], measured: readonly PlacedSection[]): readonly PlacedSection[] {
  const anew = new Set(measured.map(({ id }) => id))
  return [...before.filter(({ id }) => !anew.has(id)), ...measured].sort(byOrder)
}

const byOrder = (left: PlacedSection, right: PlacedSection): number => left.order - right.order
const figuresOf = (sections: readonly Section[]): readonly Figure[] => sections.flatMap(({ figures }) => figures)

function keep(sections: readonly PlacedSection[]): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const ratios = figuresOf(sections).filter(({ ratio }) => ratio === true)
  writeFileSync(join(RESULTS_FOLDER, 'README.md'), page(sections))
  writeFileSync(join(RESULTS_FOLDER, 'ratios.svg'), ratioChart('Throughput as a ratio within one run', ratios))
  writeFileSync(SECTIONS_FILE, `${JSON.stringify(sections, null, 2)}\n`)
}

function report(lines: readonly string[]): void {
  console.log('## Against the committed run\n')
  console.log(lines.length === 0 ? 'Nothing differs by more than the noise of both runs.\n' : `${lines.join('\n')}\n`)
}

export function page(sections: readonly PlacedSection[]): string {
  const budgets = sections.flatMap((section) => section.budgets)
  const days = [...new Set(sections.map(({ measured }) => measured))].sort()
  return [
    '# Benchmark',
    'Made by `npm run bench`, on one machine. What counts are the ratios: all rows of a table are measured in turn, so that what else the machine does falls on all alike; rows of different tables are not to be set against each other. Any answer but 200 would have voided the run. Of several rounds the median is shown. A quantile is left empty where fewer than ten measurements lie above it.',
    `${machine()} Measured ${days.join(', ')}.`,
    ...(budgets.length === 0 ? [] : ['## Budgets', budgetTable(budgets)]),
    '![Ratios](ratios.svg)',
    `${sections.map(sectionText).join('\n\n')}\n`,
  ].join('\n\n')
}

function budgetTable(budgets: Section['budgets']): string {
  return table(
    ['what', 'demanded', 'measured', ''],
    budgets.map(({ what, demanded, measured, met }) => [what, demanded, measured, met ? 'met' : '**missed**']),
  )
}

function sectionText({ title, head, rows, note }: Section): string {
  return [`## ${title}`, ...(note === undefined ? [] : [note]), table(head, rows)].join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** What the figures were measured on; absolute figures mean nothing without it. */
function machine(): string {
  const [cpu] = cpus()
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB; servers, databases and load on one machine.`
}
