import { randomUUID } from 'node:crypto'
import type { DynamicModule } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory, Reflector } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { openControlDatabase, type ControlDatabase } from '@penstock/control-store'
import { deriveGatewayKeys, openKeyring } from '@penstock/secrets'
import { openFaultReporter, type FaultReporter, type Logger } from '@penstock/telemetry'
import type { FastifyInstance } from 'fastify'
import { ALL_AREAS } from './areas.js'
import { accessGuard } from './base/access-guard.js'
import { AnswerInterceptor } from './base/answer-interceptor.js'
import { auditWriter } from './base/audit.js'
import { openAdmissions } from './auth/open-admissions.js'
import { ErrorFilter } from './base/error-filter.js'
import { addHeaders, httpAdapter, readJson } from './base/http-server.js'
import { measureRequests, newRegistry } from './base/metrics.js'
import { opsServer } from './base/ops-server.js'
import { argon2Passwords } from './base/passwords.js'
import { PORTS, type Ports } from './base/ports.js'
import { rotateStoredSecrets } from './base/rotate-stored-secrets.js'
import { accessTable, endpointsOf, watchRoutes } from './base/route-table.js'
import { sessionStrategy } from './base/session-strategy.js'
import { sessionSigner } from './base/session-token.js'
import { composeSnapshot, type SnapshotParts } from './compose-snapshot.js'
import type { AdminConfig } from './config.js'
import { dataSourceDrivers } from './data-source-drivers.js'
import { addHealthRoutes, HEALTH_ROUTES } from './health/health-routes.js'
import { healthOf, type Health } from './health/health.js'
import { redisProbe } from './health/redis-probe.js'
import { internalRoutes } from './internal/internal-routes.js'
import { openScripts } from './open-scripts.js'
import { addDocsRoutes, DOCS_ROUTES } from './openapi/docs-routes.js'
import { openApiDocument } from './openapi/openapi-document.js'

const VERSION = '0.1.0'
/** A batch of 1000 access records with redacted parameters. */
const OPS_BODY_BYTES_MAX = 16 * 1024 * 1024

/** The control plane, wired and ready to listen. */
export interface AdminProcess {
  /** The public port. */
  readonly app: NestFastifyApplication
  /** The port for operators and gateways. */
  readonly ops: FastifyInstance
  readonly health: Health
  readonly ports: Ports
  /** Ends what is under way, then closes everything. Idempotent. */
  close(): Promise<void>
}

/** The one place that knows the concrete classes behind the ports. The database must have been migrated. */
export async function composeAdmin(config: AdminConfig, log: Logger): Promise<AdminProcess> {
  const database = await openControlDatabase(config.database, 'penstock-admin')
  const keyring = openKeyring(config.encryptionKey)
  await rotateStoredSecrets({ database, keyring, log })
  const snapshot = await composeSnapshot(config, database, keyring, log)
  const scripts = await openScripts(config, log)
  const ports: Ports = {
    config,
    database,
    keyring,
    changes: snapshot.publisher,
    publisher: snapshot.publisher,
    feed: snapshot.feed,
    audit: auditWriter(config.secretKey),
    passwords: await argon2Passwords(),
    sessions: sessionSigner(config.secretKey, config.accessTokenSeconds),
    admissions: await openAdmissions(config.redisUrl, log),
    ...dataSourceDrivers(config.external),
    scripts,
    log,
    faults: await faultReporter(config),
    now: () => new Date(),
    newId: randomUUID,
  }
  const redis = redisProbe(config)
  const health = healthOf({ database, pingRedis: redis?.ping })
  const registry = newRegistry()
  const app = await publicServer(ports, health, (server) => measureRequests(server, registry))
  const { serviceToken } = deriveGatewayKeys(config.gatewayKey)
  const internal = internalRoutes({ feed: snapshot.feed, database, serviceToken, log })
  const ops = await opsServer({ health, registry, internal: [internal], bodyBytesMax: OPS_BODY_BYTES_MAX })
  return {
    app,
    ops,
    health,
    ports,
    close: closer(
      [
        () => ops.close(),
        () => app.close(),
        () => redis?.close(),
        () => scripts.runner.close(),
        () => ports.admissions.close(),
      ],
      snapshot,
      database,
    ),
  }
}

function faultReporter({ sentryDsn: dsn, environment }: AdminConfig): Promise<FaultReporter> {
  return openFaultReporter({ dsn, service: 'admin', release: VERSION, environment })
}

async function publicServer(
  ports: Ports,
  health: Health,
  measure: (server: FastifyInstance) => void,
): Promise<NestFastifyApplication> {
  const { config } = ports
  const adapter = httpAdapter(config)
  const server = adapter.getInstance()
  const checkRoutes = watchRoutes(server)
  readJson(server)
  await addHeaders(server, config.corsOrigins)
  measure(server)
  const endpoints = endpointsOf(ALL_AREAS.flatMap(({ controllers }) => controllers))
  addHealthRoutes(server, health)
  await addDocsRoutes(server, openApiDocument(endpoints, config.projectName, VERSION))
  const app = await NestFactory.create<NestFastifyApplication>(adminModule(ports), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: nestLogger(ports.log),
  })
  await app.init()
  checkRoutes(accessTable(endpoints, [...HEALTH_ROUTES, ...DOCS_ROUTES]))
  await server.ready()
  return app
}

class AdminModule {}
const SESSION_STRATEGY = Symbol('SESSION_STRATEGY')

function adminModule(ports: Ports): DynamicModule {
  const strategy = `dashboard-${ports.newId()}`
  return {
    module: AdminModule,
    controllers: ALL_AREAS.flatMap(({ controllers }) => [...controllers]),
    providers: [
      { provide: PORTS, useValue: ports },
      {
        provide: SESSION_STRATEGY,
        useFactory: () => sessionStrategy(strategy, ports.database, ports.config.secretKey),
      },
      {
        provide: APP_GUARD,
        useFactory: (reflector: Reflector) => accessGuard(strategy, reflector),
        inject: [Reflector],
      },
      {
        provide: APP_INTERCEPTOR,
        useFactory: (reflector: Reflector) => new AnswerInterceptor(reflector),
        inject: [Reflector],
      },
      { provide: APP_FILTER, useFactory: () => new ErrorFilter(ports.log, ports.faults, ports.config.environment) },
      ...ALL_AREAS.flatMap(({ providers }) => [...providers]),
    ],
  }
}

/** Nest tells of every route it maps; only its warnings and errors are of interest. */
function nestLogger(log: Logger) {
  return {
    log: () => undefined,
    warn: (message: unknown) => log.warn(String(message)),
    error: (message: unknown) => log.error(String(message)),
  }
}

function closer(
  servers: readonly (() => Promise<unknown> | undefined)[],
  { feed, mirror }: SnapshotParts,
  database: ControlDatabase,
): () => Promise<void> {
  let closing: Promise<void> | undefined
  const close = async () => {
    // Waiting gateways are let go first, otherwise the ops server would wait for them.
    await feed.close()
    for (const server of servers) await server()
    await mirror?.close()
    await database.close()
  }
  return () => (closing ??= close())
}
