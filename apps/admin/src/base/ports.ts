import type { Provider } from '@nestjs/common'
import type { ControlDatabase, Tx } from '@penstock/control-store'
import type { Driver, Inspector } from '@penstock/datasource'
import type { AdmissionStore } from '@penstock/limits'
import type { ScriptPorts } from '@penstock/pipeline'
import type { SnapshotChanges } from '@penstock/publishing'
import type { Keyring } from '@penstock/secrets'
import type { SnapshotFeed, SnapshotPublisher } from '@penstock/snapshot-publisher'
import type { FaultReporter, Logger } from '@penstock/telemetry'
import type { AdminConfig } from '../config.js'
import type { Audit } from './audit.js'
import type { DatasourceConnection } from './datasource-connection.js'
import type { Passwords } from './passwords.js'
import type { SessionSigner } from './session-token.js'

/** What use cases stand on. compose.ts makes it once; each use case names the parts it needs. */
export interface Ports {
  readonly config: AdminConfig
  readonly database: ControlDatabase
  readonly keyring: Keyring
  readonly changes: SnapshotChanges<Tx>
  /** The same with what only operators ask for: rebuilding everything, and another epoch after a restore. */
  readonly publisher: SnapshotPublisher
  readonly audit: Audit
  readonly passwords: Passwords
  readonly sessions: SessionSigner
  readonly admissions: AdmissionStore
  /** Opens what looks into a data source; the one who opens closes. */
  readonly inspect: (settings: DatasourceConnection) => Inspector
  /** Opens what runs statements on a data source, for debugging; the one who opens closes. */
  readonly connect: (settings: DatasourceConnection) => Driver
  /** Compiles scripts and runs them for debugging, as gateways do. */
  readonly scripts: ScriptPorts
  /** The newest revision, for the gateways that ask over HTTP. */
  readonly feed: SnapshotFeed
  readonly log: Logger
  /** Faults of our own, for those who mend them. */
  readonly faults: FaultReporter
  /** The time, and a random UUID. */
  readonly now: () => Date
  readonly newId: () => string
}

/** The token of the ports. */
export const PORTS = Symbol('PORTS')

/** Provides a use case, made from the ports, under its token. */
export function useCase(token: symbol, make: (ports: Ports) => unknown): Provider {
  return { provide: token, useFactory: make, inject: [PORTS] }
}
