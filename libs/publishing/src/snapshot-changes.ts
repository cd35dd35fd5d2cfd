/** One revision of the snapshot in one life (epoch) of the configuration database. */
export interface Revision {
  readonly epoch: string
  readonly revision: number
}

export interface TouchOptions {
  /** Somebody said that more than half of the routes or clients is meant to vanish. */
  readonly confirmShrink?: boolean
}

/**
 * Tells the snapshot that something gateways must know has changed. `Tx` is the transaction of the store (publishing itself does no IO).
 */
export interface SnapshotChanges<Tx> {
  /**
   * Computes the entries of the named things anew from what the transaction has written, and makes one new revision of the ones that
   * differ; undefined when none does. Things are named like entries (`api:<id>`, `client:<id>`, `group:<id>`, `datasource:<id>`, `key:<id>`),
   * and `module:<id>` stands for the entries of its APIs. An entry whose thing is gone or not published any more vanishes, and so does
   * its name from the entries that granted it. Costs its delta, however many entries there are.
   *
   * All of it is part of the transaction (READ COMMITTED): it is there when that commits, and gateways are told after. Call it once, as the
   * last thing that the transaction does: it takes the lock that puts all changes in order. Fails with SHRINK_UNCONFIRMED when more than
   * half of the routes or clients would vanish, unless `confirmShrink`.
   */
  touch(tx: Tx, things: readonly string[], options?: TouchOptions): Promise<Revision | undefined>
}
