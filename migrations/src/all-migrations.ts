import { Foundations } from './0001-foundations/foundations.js'
import { SnapshotDistribution } from './0002-snapshot/snapshot-distribution.js'
import { AnswerCache } from './0003-answer-cache/answer-cache.js'
import { Scripts } from './0004-scripts/scripts.js'
import { Paging } from './0005-paging/paging.js'
import { ClientAddresses } from './0006-client-addresses/client-addresses.js'

/** Every migration, oldest first. New ones are added at the end; merged ones are never edited. */
export const ALL_MIGRATIONS = [Foundations, SnapshotDistribution, AnswerCache, Scripts, Paging, ClientAddresses]
