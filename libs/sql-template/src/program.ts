import type { Expression } from './expression.js'
import type { DialectName } from './dialect.js'
import type { Position } from './source-text.js'

/** Grows when an older gateway could not evaluate what the compiler writes. */
export const PROGRAM_FORMAT = 1

/** A compiled template: frozen plain JSON. Everything that needs a parser has been done; evaluating only walks it. */
export interface SqlProgram {
  readonly format: typeof PROGRAM_FORMAT
  readonly dialect: DialectName
  readonly nodes: readonly ProgramNode[]
  /** How many variables the template sets. */
  readonly slots: number
  /** One for each place where a bind can be, by id (its index). */
  readonly placeholders: readonly Placeholder[]
  /** The parameters that the template reads, in order of their first appearance. */
  readonly parameters: readonly ParameterUse[]
  /** Where the template branches, by branch number: for reports only. */
  readonly branches: readonly Position[]
  /** Names of the library's macros that were compiled in. */
  readonly macros: readonly string[]
  /** What the compiler was told about parameters; enumerating shapes picks values from it. */
  readonly declared: readonly DeclaredParameter[]
}

/** A parameter and where the template reads it first. */
export interface ParameterUse extends Position {
  readonly name: string
}

/** What is known about a parameter of the API; all but the name may be missing. */
export interface DeclaredParameter {
  readonly name: string
  /** string, integer, number, boolean, array, object, date, datetime or uuid. */
  readonly type?: string
  readonly required?: boolean
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  /** The fewest elements of an array, or characters of a string. */
  readonly minLength?: number
}

/** What a placeholder is known to hold. */
export type PlaceholderHint = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'json'

/** A place where a value is bound. */
export interface Placeholder extends Position {
  readonly id: number
  /** True when the value is a list, as after IN. */
  readonly list: boolean
  /** Set when exactly this parameter's value is bound, without a computation that changes its type. */
  readonly parameter?: string
  /** Set when a filter decides the type, whatever the parameter's declaration says. */
  readonly hint?: PlaceholderHint
}

/** SQL text, with the place in the template of its first character. `code` is false when it holds only blanks and comments. */
export interface TextNode extends Position {
  readonly kind: 'text'
  readonly text: string
  readonly code: boolean
}

/** The nodes of a program; while compiling, texts also carry their lexical classes (`Text`). */
export type NodeOf<Text> =
  | Text
  | BindNode
  | IdentNode
  | CompareNode
  | { readonly kind: 'split' }
  | SetNode
  | {
      readonly kind: 'set-member'
      readonly object: Expression
      readonly member: string
      readonly expression: Expression
    }
  /** Forgets variables: at the start of a loop's body and of a macro. */
  | { readonly kind: 'reset'; readonly slots: readonly number[] }
  | IfNodeOf<Text>
  | ForNodeOf<Text>
  | WhereNodeOf<Text>
  | ConditionNodeOf<Text>

export interface BindNode {
  readonly kind: 'bind'
  readonly id: number
  readonly expression: Expression
}

/** An identifier from a closed list, or one that matches the strict pattern when there is no list. */
export interface IdentNode {
  readonly kind: 'ident'
  readonly branch: number
  readonly expression: Expression
  /** What a caller may say, and the name it stands for, not yet quoted. */
  readonly allowed?: readonly (readonly [string, string])[]
}

/** A comparison whose operator the caller chooses from the closed set; two ids because BETWEEN binds two values. */
export interface CompareNode {
  readonly kind: 'compare'
  readonly branch: number
  readonly expression: Expression
  readonly ids: readonly [number, number]
}

export interface SetNode {
  readonly kind: 'set'
  readonly slots: readonly number[]
  readonly expression: Expression
}

export interface IfNodeOf<Text> {
  readonly kind: 'if'
  readonly branch: number
  readonly arms: readonly { readonly test: Expression; readonly body: readonly NodeOf<Text>[] }[]
  readonly other: readonly NodeOf<Text>[]
}

export interface ForNodeOf<Text> {
  readonly kind: 'for'
  readonly branch: number
  readonly slots: readonly number[]
  /** Where the `loop` variable lives. */
  readonly loop: number
  readonly of: Expression
  readonly filter?: Expression
  readonly body: readonly NodeOf<Text>[]
  readonly other: readonly NodeOf<Text>[]
}

export interface WhereNodeOf<Text> {
  readonly kind: 'where'
  readonly branch: number
  readonly operation: 'AND' | 'OR' | Expression
  readonly body: readonly NodeOf<Text>[]
}

/**
 * One condition of a where block. `word` is the connective that is written before it; '' when there is none. `optional` when it holds a
 * comparison, whose absence takes the condition along.
 */
export interface ConditionNodeOf<Text> {
  readonly kind: 'condition'
  readonly optional: boolean
  readonly word: 'AND' | 'OR' | ''
  readonly body: readonly NodeOf<Text>[]
}

export type ProgramNode = NodeOf<TextNode>
