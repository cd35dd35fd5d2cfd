/**
 * Tells the snapshot that something gateways must know has changed. `Tx` is the transaction of the store (publishing itself does no IO).
 */
export interface SnapshotChanges<Tx> {
  /**
   * Computes the named entries anew (`api:<id>`, `client:<id>`, `datasource:<id>`, …) from what the transaction has written, and makes one
   * new revision of the ones that differ; an entry whose thing is gone or not published any more vanishes. All of it is part of the
   * transaction: it is there when that commits, and gateways are told after. Call it once, as the last thing that the transaction does.
   * Fails with SHRINK_UNCONFIRMED when more than half would vanish, unless `confirmShrink`.
   */
  touch(tx: Tx, entryKeys: readonly string[], options?: { readonly confirmShrink?: boolean }): Promise<void>
}
