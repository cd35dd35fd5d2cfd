import type { HostPermission } from './allowed-hosts.js'

/** Where a request goes, and what was decided about it before its host is looked up. */
export interface Target {
  readonly url: URL
  readonly permission: HostPermission
  /** Of the named connection; '' for one of the allowed hosts. */
  readonly connection: string
  /** Sent with it, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Texts that its script must not read in an answer. */
  readonly secrets: readonly string[]
  /** How the operator could let it go to an internal address. */
  readonly internalBy: string
}
