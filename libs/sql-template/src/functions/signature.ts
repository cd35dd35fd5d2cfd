/** A filter, test, method or function of the language. Arguments arrive in the order of `params`; missing ones are undefined. */
export interface Builtin {
  readonly params: readonly string[]
  /** How many of the parameters must be given; none when left out. */
  readonly required?: number
  /** Takes any number of arguments; `params` is not looked at. */
  readonly variadic?: true
  readonly run: (value: unknown, args: readonly unknown[]) => unknown
}

export type Builtins = Readonly<Record<string, Builtin>>

/** A builtin without arguments. */
export function plain(run: (value: unknown) => unknown): Builtin {
  return { params: [], run }
}
