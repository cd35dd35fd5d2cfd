import type { Figure } from './section.js'

const BAR_HEIGHT = 18
const LINE = 28
const LABEL_WIDTH = 420
const WIDTH = 900
const COLOURS = { bar: '#2f6f9f', spread: '#16324f', one: '#b03a2e', text: '#222', back: '#fff' }

/** Ratios as bars with their spread; a line marks 1. */
export function ratioChart(title: string, figures: readonly Figure[]): string {
  const most = Math.max(1.1, ...figures.map(({ high }) => high))
  const scale = (value: number): number => Math.round((value / most) * (WIDTH - LABEL_WIDTH - 70))
  const height = 60 + figures.length * LINE
  const one = LABEL_WIDTH + scale(1)
  const bars = figures.map(({ name, value, low, high }, index) => {
    const top = 44 + index * LINE
    const middle = top + BAR_HEIGHT / 2
    return [
      text(LABEL_WIDTH - 8, middle + 4, name, 'end'),
      `<rect x="${LABEL_WIDTH}" y="${top}" width="${scale(value)}" height="${BAR_HEIGHT}" fill="${COLOURS.bar}"/>`,
      `<line x1="${LABEL_WIDTH + scale(low)}" x2="${LABEL_WIDTH + scale(high)}" y1="${middle}" y2="${middle}" stroke="${COLOURS.spread}" stroke-width="3"/>`,
      text(LABEL_WIDTH + scale(high) + 8, middle + 4, `${value.toFixed(2)} ×`, 'start'),
    ].join('')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="${COLOURS.back}"/>`,
    `<text x="16" y="24" font-size="15" fill="${COLOURS.text}">${escaped(title)}</text>`,
    `<line x1="${one}" x2="${one}" y1="36" y2="${height - 12}" stroke="${COLOURS.one}" stroke-dasharray="4 3"/>`,
    ...bars,
    '</svg>\n',
  ].join('\n')
}

function text(x: number, y: number, words: string, anchor: 'start' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${COLOURS.text}">${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
