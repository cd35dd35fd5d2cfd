/** A value to try at a path: nothing at all, a list of some length, or a value. */
export type Candidate =
  | { readonly kind: 'absent' }
  | { readonly kind: 'list'; readonly length: number }
  | { readonly kind: 'value'; readonly value: unknown }
