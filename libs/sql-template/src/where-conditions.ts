import type { CompileState } from './compile-state.js'
import { cutConditions, type Nesting, OUTERMOST, sameNesting } from './condition-words.js'
import { type FlowNode, type FlowText, hasCode, sliceText, writtenText } from './flow-text.js'
import type { ForNodeOf, IfNodeOf } from './program.js'
import type { Place } from './source-text.js'

type Word = 'AND' | 'OR' | ''
type Report = (place: Place, message: string) => void
type Block = IfNodeOf<FlowText> | ForNodeOf<FlowText>

/**
 * Finds the conditions in the body of a where block: they end where an AND or OR of the outermost level stands, and where an if or a
 * loop begins or ends that holds whole conditions. What comes back holds only conditions, such blocks, and assignments.
 */
export function conditionsOf(
  nodes: readonly FlowNode[],
  place: Place,
  report: Report,
  compile: CompileState,
): FlowNode[] {
  return new ConditionReader(place, report, compile).read(nodes, '')
}

class ConditionReader {
  private readonly out: FlowNode[] = []
  private body: FlowNode[] = []
  private word: Word = ''
  private nesting = OUTERMOST

  constructor(
    private readonly place: Place,
    private readonly report: Report,
    private readonly compile: CompileState,
  ) {}

  /** `word` is the connective that was written before the block these nodes are in. */
  read(nodes: readonly FlowNode[], word: Word): FlowNode[] {
    this.word = word
    nodes.forEach((node, index) => this.readNode(node, nodes.slice(index + 1)))
    if (!sameNesting(this.nesting, OUTERMOST)) {
      this.report(
        this.place,
        'A parenthesis, CASE or BETWEEN in this where block is not closed where its condition ends',
      )
    }
    this.endCondition()
    return this.out
  }

  private readNode(node: FlowNode, following: readonly FlowNode[]): void {
    switch (node.kind) {
      case 'text':
        this.readText(node)
        break
      case 'if':
      case 'for':
        this.readBlock(node, following)
        break
      case 'set':
      case 'set-member':
      case 'reset':
        ;(this.body.length > 0 ? this.body : this.out).push(node)
        break
      case 'where':
        if (this.nesting.parentheses === 0)
          this.report(this.compile.placeOf(node), 'A where block cannot stand in a where block, except in a subquery')
        this.body.push(node)
        break
      default:
        this.body.push(node)
    }
  }

  private readText(text: FlowText): void {
    const separator = text.classes.indexOf(';')
    if (separator !== -1) this.report(sliceText(text, separator).place, 'A statement cannot end inside a where block')
    const { parts, nesting } = cutConditions(text, this.nesting)
    this.nesting = nesting
    for (const part of parts) {
      if (part.kind === 'connective') {
        this.endCondition()
        this.word = part.word
      } else if (this.body.length > 0 || !part.blank) {
        // A comment that was left out between two parts still separates them.
        const gap = this.body.at(-1)?.kind === 'text' && part.from > 0 && text.classes[part.from - 1] === 'c'
        if (gap) this.body.push(writtenText(' ', text.place))
        this.body.push(sliceText(text, part.from, part.to))
      }
    }
  }

  private readBlock(block: Block, following: readonly FlowNode[]): void {
    if (sameNesting(this.nesting, OUTERMOST) && this.holdsConditions(block, following)) {
      const word = this.body.length === 0 ? this.word : ''
      this.endCondition()
      const inner = (nodes: readonly FlowNode[]): FlowNode[] =>
        new ConditionReader(this.compile.placeOf(block), this.report, this.compile).read(nodes, word)
      this.out.push(this.compile.keep(mapBodies(block, inner), this.compile.placeOf(block)))
      return
    }
    const ends = bodiesOf(block).map((body) => nestingAfter(body, this.nesting))
    const [first = this.nesting] = ends
    const mustKeep = block.kind === 'for' || !sameNesting(first, this.nesting)
    if (ends.some((end) => end === undefined || !sameNesting(end, mustKeep ? this.nesting : first))) {
      this.report(
        this.compile.placeOf(block),
        'The arms of this block must hold whole conditions, each beginning with AND or OR, or stay inside one condition',
      )
    }
    this.body.push(mapBodies(block, withoutComments))
  }

  /** A block holds conditions when it stands where one may begin and end, or when an arm begins with AND or OR. */
  private holdsConditions(block: Block, following: readonly FlowNode[]): boolean {
    if (bodiesOf(block).some(beginsWithConnective)) return true
    if (this.body.length > 0) return false
    const next = following.find((node) => node.kind !== 'text' || hasCode(node))
    if (next === undefined || next.kind === 'if' || next.kind === 'for') return true
    return next.kind === 'text' && beginsWithConnective([next])
  }

  private endCondition(): void {
    const body = trimEnd(this.body)
    if (body.length > 0)
      this.out.push({ kind: 'condition', optional: body.some(holdsComparison), word: this.word, body })
    this.body = []
    this.word = ''
  }
}

function holdsComparison(node: FlowNode): boolean {
  if (node.kind === 'if' || node.kind === 'for') return bodiesOf(node).some((body) => body.some(holdsComparison))
  return node.kind === 'compare'
}

function bodiesOf(block: Block): readonly (readonly FlowNode[])[] {
  return block.kind === 'if' ? [...block.arms.map((arm) => arm.body), block.other] : [block.body, block.other]
}

function mapBodies(block: Block, map: (nodes: readonly FlowNode[]) => FlowNode[]): Block {
  if (block.kind === 'for') return { ...block, body: map(block.body), other: map(block.other) }
  return { ...block, arms: block.arms.map(({ test, body }) => ({ test, body: map(body) })), other: map(block.other) }
}

function beginsWithConnective(nodes: readonly FlowNode[]): boolean {
  const first = nodes.find((node) =>
    node.kind === 'text' ? hasCode(node) : !['set', 'set-member', 'reset'].includes(node.kind),
  )
  if (first === undefined) return false
  if (first.kind === 'if' || first.kind === 'for') return bodiesOf(first).some(beginsWithConnective)
  if (first.kind !== 'text') return false
  const part = cutConditions(first, OUTERMOST).parts.find(
    (candidate) => candidate.kind === 'connective' || !candidate.blank,
  )
  return part?.kind === 'connective'
}

/** The nesting after nodes that stay inside one condition; undefined when one of them joins conditions. */
function nestingAfter(nodes: readonly FlowNode[], from: Nesting): Nesting | undefined {
  let nesting: Nesting | undefined = from
  for (const node of nodes) {
    if (nesting === undefined) return undefined
    if (node.kind === 'text') {
      const cut = cutConditions(node, nesting)
      nesting = cut.parts.some((part) => part.kind === 'connective') ? undefined : cut.nesting
    } else if (node.kind === 'if' || node.kind === 'for') {
      const before = nesting
      const ends = bodiesOf(node).map((body) => nestingAfter(body, before))
      nesting = ends.every((end) => end !== undefined && sameNesting(end, before)) ? before : undefined
    }
  }
  return nesting
}

function withoutComments(nodes: readonly FlowNode[]): FlowNode[] {
  return nodes.map((node) => {
    if (node.kind === 'if' || node.kind === 'for') return mapBodies(node, withoutComments)
    if (node.kind !== 'text' || !node.classes.includes('c')) return node
    const text = [...node.classes]
      .map((charClass, index) => (charClass === 'c' ? ' ' : node.text.charAt(index)))
      .join('')
    return { ...node, text, classes: node.classes.replaceAll('c', ' ') }
  })
}

/** Blanks around a condition go: the evaluator writes the connectives with their own. */
function trimEnd(body: FlowNode[]): FlowNode[] {
  const trimmed = [...body]
  const first = trimmed[0]
  if (first?.kind === 'text') trimmed[0] = sliceText(first, first.text.length - first.text.trimStart().length)
  for (let last = trimmed.at(-1); last?.kind === 'text'; last = trimmed.at(-1)) {
    const text = last.text.trimEnd()
    trimmed.pop()
    if (text === '') continue
    trimmed.push(sliceText(last, 0, text.length))
    break
  }
  return trimmed.every((node) => node.kind === 'text' && !hasCode(node)) ? [] : trimmed
}
