import type { Figure } from './section.js'

/** What changed since the committed run by more than the noise of both: one sentence each, what got worse first. */
export function compareFigures(before: readonly Figure[], now: readonly Figure[]): readonly string[] {
  const known = new Map(before.map((figure) => [figure.name, figure]))
  const worse: string[] = []
  const better: string[] = []
  for (const figure of now) {
    const then = known.get(figure.name)
    if (then === undefined) continue
    const sentence = `${figure.name}: ${shown(then)} before, ${shown(figure)} now`
    // Spreads that touch are noise.
    if (figure.high < then.low) (figure.better === 'higher' ? worse : better).push(sentence)
    else if (figure.low > then.high) (figure.better === 'higher' ? better : worse).push(sentence)
  }
  const gone = before.filter(({ name }) => now.every((figure) => figure.name !== name))
  return [
    ...worse.map((sentence) => `worse   ${sentence}`),
    ...better.map((sentence) => `better  ${sentence}`),
    ...gone.map(({ name }) => `not measured  ${name}`),
  ]
}

function shown({ value, low, high }: Figure): string {
  return `${value.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)})`
}
