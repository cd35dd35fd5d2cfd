import { tlsOptions } from '@penstock/migrations'
import pg from 'pg'
import { DEMO_APIS, DEMO_CATALOGUE_VERSION } from './catalogue/demo-apis.js'
import { DEMO_MACROS } from './catalogue/macros.js'
import type { DemoConfig } from './config.js'
import { curlLine } from './curl-line.js'
import { demoRole } from './database/demo-schema.js'
import { prepareDemoDatabase } from './database/prepare-database.js'
import { AdminRefused, signIn } from './seed/admin-client.js'
import { seedCatalogue } from './seed/seed-catalogue.js'
import { readState, writeState } from './state-file.js'

/** The demo cannot be loaded here, which is no fault: the message says what to do for those who want it. */
export class NoDemoHere extends Error {
  override readonly name = 'NoDemoHere'
}

/**
 * Loads the demo's data and publishes its APIs. Safe to run again at any time; what is there already is left alone. Throws NoDemoHere when the
 * database user or the superuser's password of the settings cannot do it.
 */
export async function runDemo(config: DemoConfig, say: (line: string) => void): Promise<void> {
  const state = await readState(config.stateFile)
  const data = await prepareDemoDatabase({
    serverUrl: config.server.url,
    ssl: tlsOptions(config.server),
    database: config.database,
    rolePassword: state.role_password,
  }).catch(explainMissingRights)
  say(`database ${config.database}: ${data.flights} flights ${data.loaded ? 'loaded' : 'there already'}`)
  // Written before admin learns the password: a run that breaks off here goes on with the same one.
  await writeState(config.stateFile, state)

  const admin = await signIn(config.adminUrl, config.username, config.password).catch(explainRefusedLogin)
  const { published, open, client } = await seedCatalogue(
    admin,
    {
      datasource: {
        ...config.reachableAt,
        database: config.database,
        username: demoRole(config.database),
        password: state.role_password,
      },
      macros: DEMO_MACROS,
      apis: DEMO_APIS,
      isNew: state.catalogue_version !== DEMO_CATALOGUE_VERSION,
    },
    state.client,
    say,
  )
  await writeState(config.stateFile, { ...state, client, catalogue_version: DEMO_CATALOGUE_VERSION })
  say(`${DEMO_APIS.length} APIs, ${published} of them published now; the client's secret is in ${config.stateFile}`)
  // All of them when they are new, later only the first: a second start is for people who know them.
  for (const api of published > 0 ? open : open.slice(0, 1)) say(curlLine(api, config.gatewayUrl))
}

const INSUFFICIENT_PRIVILEGE = '42501'

function explainMissingRights(error: unknown): never {
  if (error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE) {
    throw new NoDemoHere(
      `no demo: ${error.message}. Its database and role need a user with CREATEDB and CREATEROLE; DEMO_ENABLED=false is for those without.`,
    )
  }
  throw error
}

function explainRefusedLogin(error: unknown): never {
  if (error instanceof AdminRefused && error.status === 401) {
    throw new NoDemoHere(
      'the demo is left as it is: admin does not accept FIRST_SUPERUSER_PASSWORD. Put the password as it is now into .env, or set DEMO_ENABLED=false.',
    )
  }
  throw error
}
