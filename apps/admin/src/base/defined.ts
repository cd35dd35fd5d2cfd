/** The members that are not undefined: what a partial change says something about. */
export type Defined<T extends object> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** Leaves out the members whose value is undefined; null stays. */
export function defined<T extends object>(members: T): Defined<T>
export function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
