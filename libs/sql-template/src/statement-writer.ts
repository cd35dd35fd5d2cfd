import { advance, type Position } from './source-text.js'
import { RenderFault } from './render-fault.js'
import type { RenderPlan } from './render-plan.js'

/** A statement that is ready for the driver. */
export interface RenderedStatement {
  readonly text: string
  readonly values: readonly unknown[]
  /** The placeholder that each value is for, in the order of the values. */
  readonly placeholders: readonly number[]
}

/** Where a stretch of a statement's text is from. Stretches follow each other; each ends where the next one begins. */
export interface Origin extends Position {
  /** Index of its first character in the text. */
  readonly start: number
  /** A bind stands for one place; other texts go on in the template as they do here. */
  readonly bind: boolean
}

/** The most text that one call may produce. */
const TEXT_LENGTH_MAX = 1_000_000

/** Where the writer was, so that a condition that turns out to be absent can be taken back. */
export interface WriterMark {
  readonly text: string
  readonly binds: number
  readonly code: boolean
}

/** Gathers text and binds of one statement after the other. */
export class StatementWriter {
  readonly statements: RenderedStatement[] = []
  private text = ''
  private values: unknown[] = []
  private placeholders: number[] = []
  private code = false
  private written = 0
  private trail: Origin[] | undefined

  /** With `traced`, the origins of each statement are kept, for messages of the server that name a character. */
  constructor(
    private readonly plan: RenderPlan,
    private readonly traced: Origin[][] | undefined = undefined,
  ) {
    this.trail = traced && []
  }

  /** Says where the text that is written next is from. */
  from({ line, column, macro }: Position, bind: boolean): void {
    this.trail?.push({ start: this.text.length, bind, line, column, ...(macro !== undefined && { macro }) })
  }

  /** `code` is false for blanks and comments: a statement of nothing else is dropped. */
  write(text: string, code: boolean): void {
    this.written += text.length
    if (this.written > TEXT_LENGTH_MAX)
      throw new RenderFault(`The statement grows beyond ${TEXT_LENGTH_MAX} characters`)
    this.text += text
    this.code ||= code
  }

  bind(placeholder: number, value: unknown): void {
    const { dialect, casts } = this.plan
    const outcome = dialect.bindValue(value)
    if (!outcome.ok) throw new RenderFault(outcome.message)
    this.values.push(outcome.value)
    this.placeholders.push(placeholder)
    if (this.values.length > dialect.bindsMax)
      throw new RenderFault(`A statement can have at most ${dialect.bindsMax} values`)
    this.write(dialect.bindText(this.values.length, casts[placeholder]), true)
  }

  /** A list where the dialect knows no arrays: a bind for each item, padded to a power of two so that lengths share their texts. */
  bindList(placeholder: number, items: readonly unknown[]): void {
    const { dialect, types } = this.plan
    if (items.length === 0) {
      this.write(dialect.emptyList(types[placeholder]), true)
      return
    }
    const length = 2 ** Math.ceil(Math.log2(items.length))
    if (this.values.length + length > dialect.bindsMax)
      throw new RenderFault(`A statement can have at most ${dialect.bindsMax} values`)
    this.write('(', true)
    for (let index = 0; index < length; index += 1) {
      if (index > 0) this.write(', ', true)
      this.bind(placeholder, items[Math.min(index, items.length - 1)])
    }
    this.write(')', true)
  }

  mark(): WriterMark {
    return { text: this.text, binds: this.values.length, code: this.code }
  }

  goBack(mark: WriterMark): void {
    this.text = mark.text
    this.code = mark.code
    this.values.length = mark.binds
    this.placeholders.length = mark.binds
    this.trail = this.trail?.filter((origin) => origin.start < mark.text.length)
  }

  endStatement(): void {
    if (this.code) {
      const text = this.text.trim()
      this.statements.push({ text, values: this.values, placeholders: this.placeholders })
      if (this.trail) this.traced?.push(trimmedTrail(this.trail, this.text))
    }
    this.trail = this.traced && []
    this.text = ''
    this.values = []
    this.placeholders = []
    this.code = false
  }
}

/** Origins as they are once the blanks at the start of the text are gone. */
function trimmedTrail(trail: readonly Origin[], text: string): Origin[] {
  const leading = text.length - text.trimStart().length
  return trail.map((origin) => {
    if (origin.start >= leading) return { ...origin, start: origin.start - leading }
    return { ...advance(origin, text.slice(origin.start, leading)), start: 0 }
  })
}
