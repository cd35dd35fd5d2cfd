/** A table as it goes to the thread that writes it. */
export interface XlsxTable {
  readonly columns: readonly { readonly name: string; readonly encoding: 'raw' | 'string' }[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** What comes back. */
export type XlsxReply =
  { readonly kind: 'file'; readonly bytes: Uint8Array } | { readonly kind: 'too long'; readonly detail: string }
