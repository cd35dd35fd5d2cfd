import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { ratioChart } from './chart.js'
import { compareFigures } from './compare.js'
import { PARTS_FOLDER, QUICK, RESULTS_FOLDER } from './plan.js'
import type { Figure, Section } from './section.js'

/** Vitest's global set-up: forgets the last run's sections and, when all works have run, makes the page of them. */
export default function gather(): () => void {
  const before = committedFigures()
  rmSync(PARTS_FOLDER, { recursive: true, force: true })
  return () => {
    const sections = parts()
    if (sections.length === 0) return
    const figures = sections.flatMap((section) => section.figures)
    console.log(page(sections))
    if (process.env['BENCH_COMPARE'] === '1') report(compareFigures(before, figures))
    // A part of the works, or a quick look, is no result to keep.
    if (process.env['BENCH_KEEP'] === '1' && !QUICK) keep(sections, figures)
  }
}

function parts(): readonly Section[] {
  if (!existsSync(PARTS_FOLDER)) return []
  return readdirSync(PARTS_FOLDER)
    .sort()
    .map((file): Section => JSON.parse(readFileSync(join(PARTS_FOLDER, file), 'utf8')))
}

function committedFigures(): readonly Figure[] {
  const file = join(RESULTS_FOLDER, 'figures.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

function keep(sections: readonly Section[], figures: readonly Figure[]): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const ratios = figures.filter(({ better }) => better === 'higher')
  writeFileSync(join(RESULTS_FOLDER, 'README.md'), page(sections))
  writeFileSync(join(RESULTS_FOLDER, 'ratios.svg'), ratioChart('Throughput as a ratio within one run', ratios))
  writeFileSync(join(RESULTS_FOLDER, 'figures.json'), `${JSON.stringify(figures, null, 2)}\n`)
}

function report(lines: readonly string[]): void {
  console.log('## Against the committed run\n')
  console.log(lines.length === 0 ? 'Nothing differs by more than the noise of both runs.\n' : `${lines.join('\n')}\n`)
}

function page(sections: readonly Section[]): string {
  const budgets = sections.flatMap((section) => section.budgets)
  return [
    '# Benchmark',
    'Made by `npm run bench`; the numbers are those of one run on one machine. What counts are the ratios: everything is measured in turn, so that what else the machine does falls on all alike. Any answer but 200 would have voided the run.',
    `${machine()} Measured ${new Date().toISOString().slice(0, 10)}.`,
    ...(budgets.length === 0 ? [] : ['## Budgets', budgetTable(budgets)]),
    '![Ratios](ratios.svg)',
    ...sections.map(sectionText),
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
