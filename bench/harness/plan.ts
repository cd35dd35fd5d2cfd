import { fileURLToPath } from 'node:url'

/** A look that takes a minute, with wider spreads; nothing is written into `results`. */
export const QUICK = process.env['BENCH_QUICK'] === '1'
/** Where the sections of this run are gathered. */
export const PARTS_FOLDER = fileURLToPath(new URL('../../.cache/bench/parts', import.meta.url))
/** Where servers under load tell how long their event loops were held up. */
export const LAG_FOLDER = fileURLToPath(new URL('../../.cache/bench/lag', import.meta.url))
/** The page, the chart and the figures of the last whole run, committed. */
export const RESULTS_FOLDER = fileURLToPath(new URL('../results', import.meta.url))

/** Before the first round, at least. */
export const WARM_UP_SECONDS = QUICK ? 0.5 : 1
/** Callers of the closed model: more than connections to the database, as in life. */
export const CONNECTIONS = 32
export const ROUNDS = QUICK ? { rounds: 2, seconds: 0.6 } : { rounds: 4, seconds: 1.6 }
/** For works beside the headline. */
export const FEW_ROUNDS = QUICK ? { rounds: 2, seconds: 0.5 } : { rounds: 3, seconds: 1.5 }
/** Long enough for a p99 at 500 requests/s in each round: eleven lie above it. */
export const LATENCY_ROUNDS = QUICK ? { rounds: 2, seconds: 2.2 } : { rounds: 3, seconds: 2.2 }
