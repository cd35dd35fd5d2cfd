/**
 * What Node is given when it runs a server of ours. One thread for the collector and the compiler beside the main one, not four: four take every core
 * of a small machine at each collection, from the process itself and from its neighbours (docs/decisions/0034-one-background-thread.md).
 */
export const SERVER_ARGS = ['--v8-pool-size=1']
