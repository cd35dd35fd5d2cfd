import { tlsOptions } from '@penstock/migrations'
import { DEMO_APIS, DEMO_CATALOGUE_VERSION } from './catalogue/demo-apis.js'
import { DEMO_MACROS } from './catalogue/macros.js'
import type { DemoConfig } from './config.js'
import { curlLine } from './curl-line.js'
import { DEMO_ROLE } from './database/demo-schema.js'
import { prepareDemoDatabase } from './database/prepare-database.js'
import { signIn } from './seed/admin-client.js'
import { seedCatalogue } from './seed/seed-catalogue.js'
import { readState, writeState } from './state-file.js'

/** Loads the demo's data and publishes its APIs. Safe to run again at any time; what is there already is left alone. */
export async function runDemo(config: DemoConfig, say: (line: string) => void): Promise<void> {
  const state = await readState(config.stateFile)
  const data = await prepareDemoDatabase({
    serverUrl: config.server.url,
    ssl: tlsOptions(config.server),
    database: config.database,
    rolePassword: state.role_password,
  })
  say(`database ${config.database}: ${data.flights} flights ${data.loaded ? 'loaded' : 'there already'}`)
  // Written before admin learns the password: a run that breaks off here goes on with the same one.
  await writeState(config.stateFile, state)

  const admin = await signIn(config.adminUrl, config.username, config.password)
  const datasource = {
    ...config.reachableAt,
    database: config.database,
    username: DEMO_ROLE,
    password: state.role_password,
  }
  const { published, client } = await seedCatalogue(
    admin,
    { datasource, macros: DEMO_MACROS, apis: DEMO_APIS, isNew: state.catalogue_version !== DEMO_CATALOGUE_VERSION },
    state.client,
    say,
  )
  await writeState(config.stateFile, { ...state, client, catalogue_version: DEMO_CATALOGUE_VERSION })
  say(`${DEMO_APIS.length} APIs, ${published} of them published now; the client's secret is in ${config.stateFile}`)
  for (const api of DEMO_APIS) say(curlLine(api, config.gatewayUrl))
}
