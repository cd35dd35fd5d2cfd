import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { median, type Outcome } from './interleave.js'

/** A table with one line per target; ratios are to the first target, within this run. */
export function table(title: string, outcomes: readonly Outcome[]): string {
  const of = (outcome: Outcome, pick: (measured: Outcome['rounds'][number]) => number) => outcome.rounds.map(pick)
  const base = outcomes[0] === undefined ? Number.NaN : median(of(outcomes[0], (one) => one.perSecond))
  const lines = outcomes.map((outcome) => {
    const rates = of(outcome, (one) => one.perSecond)
    const rate = median(rates)
    return [
      outcome.target.name,
      rate.toFixed(0),
      `${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)}`,
      (rate / base).toFixed(2),
      median(of(outcome, (one) => one.p50Ms)).toFixed(1),
      median(of(outcome, (one) => one.p99Ms)).toFixed(1),
      median(of(outcome, (one) => one.cpuUs)).toFixed(0),
    ]
  })
  const head = ['', 'requests/s', 'spread', 'ratio', 'p50 ms', 'p99 ms', 'CPU µs/request']
  const rows = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  return `## ${title}\n\n${rows.join('\n')}\n`
}

/** What the figures were measured on; absolute figures mean nothing without it. */
function machine(): string {
  const [cpu] = cpus()
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB; server, database and load on one machine.`
}

/** Writes the page into `bench/results` and prints it. */
export function publish(name: string, parts: readonly string[]): void {
  const folder = fileURLToPath(new URL('../results/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const page = `# ${name}\n\nMade by \`npm run bench\`. Ratios are medians within one run.\n\n${machine()}\n\n${parts.join('\n')}`
  writeFileSync(`${folder}${name}.md`, page)
  console.log(page)
}
