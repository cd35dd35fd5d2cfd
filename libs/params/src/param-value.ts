/** A value of a parameter after coercion. Whole numbers beyond 2^53 are bigint, so that no digit is lost. */
export type ParamValue =
  null | boolean | number | bigint | string | readonly ParamValue[] | { readonly [name: string]: ParamValue }

/** Where a request's values come from. Only own members count, whatever the prototype. */
export interface ParamInput {
  /** As parseQuery gives it. */
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The members of a JSON or form body; empty without a body. */
  readonly body: Readonly<Record<string, unknown>>
  /** As the route captured them, decoded. */
  readonly path: Readonly<Record<string, string>>
}

/** Values by parameter name, without a prototype. A parameter that is absent and has no default is left out. */
export type ParamValues = Readonly<Record<string, ParamValue>>

export interface ParamFault {
  readonly name: string
  readonly location: string
  readonly message: string
}

/** An object without a prototype: names such as __proto__ and constructor are names like any other. */
export function bareRecord<T>(): Record<string, T> {
  return Object.create(null)
}

/** The own member, or undefined. */
export function ownMember<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
