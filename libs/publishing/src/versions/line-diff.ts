/** One line of a difference; numbers count from 1 and stand only on the sides that have the line. */
export type DiffLine =
  | { readonly kind: 'same'; readonly text: string; readonly left: number; readonly right: number }
  | { readonly kind: 'removed'; readonly text: string; readonly left: number }
  | { readonly kind: 'added'; readonly text: string; readonly right: number }

/** Beyond this many edits (and some 25 MB of memory) what differs is shown as removed and added as a whole: nobody reads such a difference line by line. */
const EDITS_MAX = 1000

/**
 * The difference of two texts by lines, with the fewest lines removed and added (Myers, "An O(ND) Difference Algorithm", 1986). Reading the
 * left numbers gives the left text, the right numbers the right one, whatever the texts.
 */
export function lineDiff(left: string, right: string): DiffLine[] {
  const leftLines = left.split(/\r?\n/)
  const rightLines = right.split(/\r?\n/)
  const start = commonStart(leftLines, rightLines)
  const end = commonEnd(leftLines, rightLines, start)
  const middle = editsBetween(
    leftLines.slice(start, leftLines.length - end),
    rightLines.slice(start, rightLines.length - end),
  )
  const same = (from: number, count: number): Edit[] =>
    leftLines.slice(from, from + count).map((text) => ({ kind: 'same', text }))
  return numbered([...same(0, start), ...middle, ...same(leftLines.length - end, end)])
}

interface Edit {
  readonly kind: DiffLine['kind']
  readonly text: string
}

function commonStart(left: readonly string[], right: readonly string[]): number {
  let count = 0
  while (count < left.length && count < right.length && left[count] === right[count]) count++
  return count
}

function commonEnd(left: readonly string[], right: readonly string[], start: number): number {
  let count = 0
  const most = Math.min(left.length, right.length) - start
  while (count < most && left[left.length - 1 - count] === right[right.length - 1 - count]) count++
  return count
}

function editsBetween(left: readonly string[], right: readonly string[]): Edit[] {
  const trace = furthestReaching(left, right)
  if (trace === undefined) {
    return [
      ...left.map((text): Edit => ({ kind: 'removed', text })),
      ...right.map((text): Edit => ({ kind: 'added', text })),
    ]
  }
  return walkBack(left, right, trace)
}

/** For each number of edits, the furthest line of `left` on every diagonal; undefined when it takes more than EDITS_MAX. */
function furthestReaching(left: readonly string[], right: readonly string[]): Map<number, number>[] | undefined {
  const trace: Map<number, number>[] = []
  let reached = new Map<number, number>([[1, 0]])
  for (let edits = 0; edits <= Math.min(EDITS_MAX, left.length + right.length); edits++) {
    trace.push(reached)
    const next = new Map<number, number>()
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = comesFromAbove(reached, diagonal, edits) ? at(reached, diagonal + 1) : at(reached, diagonal - 1) + 1
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x++
      next.set(diagonal, x)
      if (x >= left.length && x - diagonal >= right.length) return trace
    }
    reached = next
  }
  return undefined
}

function walkBack(left: readonly string[], right: readonly string[], trace: readonly Map<number, number>[]): Edit[] {
  const edits: Edit[] = []
  let x = left.length
  let y = right.length
  for (let count = trace.length - 1; count >= 0; count--) {
    const reached = trace[count] ?? new Map<number, number>()
    const diagonal = x - y
    const above = comesFromAbove(reached, diagonal, count)
    const fromX = above ? at(reached, diagonal + 1) : at(reached, diagonal - 1)
    const fromY = fromX - (above ? diagonal + 1 : diagonal - 1)
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      edits.push({ kind: 'same', text: left[x - 1] ?? '' })
      x--
      y--
    }
    if (count === 0) break
    edits.push(above ? { kind: 'added', text: right[y - 1] ?? '' } : { kind: 'removed', text: left[x - 1] ?? '' })
    x = fromX
    y = fromY
  }
  return edits.reverse()
}

function comesFromAbove(reached: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  return diagonal === -edits || (diagonal !== edits && at(reached, diagonal - 1) < at(reached, diagonal + 1))
}

function at(reached: ReadonlyMap<number, number>, diagonal: number): number {
  return reached.get(diagonal) ?? -1
}

function numbered(edits: readonly Edit[]): DiffLine[] {
  let left = 0
  let right = 0
  return edits.map(({ kind, text }): DiffLine => {
    if (kind === 'same') return { kind, text, left: ++left, right: ++right }
    return kind === 'removed' ? { kind, text, left: ++left } : { kind, text, right: ++right }
  })
}
