import type { ControlDatabase } from '@penstock/control-store'
import { tlsOptions } from '@penstock/migrations'
import { deriveGatewayKeys, type Keyring } from '@penstock/secrets'
import {
  openRedisMirror,
  openSnapshotFeed,
  snapshotPublisher,
  type FeedFact,
  type RedisMirror,
  type SnapshotFeed,
  type SnapshotPublisher,
  type SqlSession,
} from '@penstock/snapshot-publisher'
import type { Logger } from '@penstock/telemetry'
import { ensureKeys } from './base/ensure-keys.js'
import { resealerOf } from './base/resealer.js'
import type { AdminConfig } from './config.js'

/** How changes become revisions, and how gateways hear of them. */
export interface SnapshotParts {
  readonly publisher: SnapshotPublisher
  readonly feed: SnapshotFeed
  readonly mirror: RedisMirror | undefined
}

/** Wires publisher, feed and mirror, makes missing keys, and brings the snapshot up to what the database holds. */
export async function composeSnapshot(
  config: AdminConfig,
  database: ControlDatabase,
  keyring: Keyring,
  log: Logger,
): Promise<SnapshotParts> {
  const now = () => new Date()
  const { manifestKey, wrappingKey } = deriveGatewayKeys(config.gatewayKey)
  const publisher = snapshotPublisher({ manifestKey, resealer: resealerOf(keyring, wrappingKey), now })
  await database.transaction((tx) => ensureKeys({ keyring, changes: publisher, now }, tx))
  await database.transaction((tx) => publisher.rebuild(tx))

  const session: SqlSession = { query: (text, values) => database.read((tx) => tx.query(text, values)) }
  const report = (fact: FeedFact) => reportFact(log, fact)
  const mirror = config.redisUrl === undefined ? undefined : openRedisMirror({ url: config.redisUrl, session, report })
  const feed = openSnapshotFeed({
    session,
    connection: {
      connectionString: config.database.url,
      ssl: tlsOptions(config.database),
      application_name: 'penstock-admin-feed',
    },
    report,
    onHead: (signed) => mirror?.offer(signed),
  })
  return { publisher, feed, mirror }
}

/** Losing a way is a warning, because the other ways go on; what works is told once and quietly. */
function reportFact(log: Logger, { kind, ...facts }: FeedFact): void {
  if (/failed|lost|ahead/.test(kind)) log.warn(kind, facts)
  else log.info(kind, facts)
}
