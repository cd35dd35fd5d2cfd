// The steps from a clone to a running Penstock. Every step says what it does; what was started is stopped in reverse order.
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from '../build.mjs'
import { ensureInstalled } from '../run/install.mjs'
import { SERVER_ARGS } from '../run/node-args.mjs'
import { root } from '../run/root.mjs'
import { Fault } from '../services/fault.mjs'
import { withDotenv } from './dotenv.mjs'
import { embeddedDatabase, hasEmbeddedDatabase } from './embedded-database.mjs'
import { runRecord } from './leftovers.mjs'
import { processPlan, requireFreePorts } from './plan.mjs'
import { runStep } from './run-step.mjs'
import { ensureSecrets } from './secrets.mjs'
import { supervise } from './supervise.mjs'
import { waitReady } from './wait-ready.mjs'

// Generous: a first start on a small machine loads and compiles everything.
const READY_MS_MAX = 90_000

/**
 * Starts everything and returns what to tell the person. `ui` prints: `step(text)`, `line(process, text)`. `onStop(stop)` takes each
 * thing to stop; `fail(error)` is called when a process gives up later. With `watch` the processes follow the compiled files.
 */
export async function start({ ui, onStop, fail, signal, watch }) {
  const settings = withDotenv(resolve(root, process.env.PENSTOCK_ENV_FILE ?? '.env'), process.env)
  await ensureInstalled(root, ui.step)
  ui.step('building')
  await build()
  signal.throwIfAborted()

  const state = resolve(root, settings.PENSTOCK_STATE_DIR ?? '.penstock')
  mkdirSync(state, { recursive: true })
  const record = runRecord(join(state, 'run.json'))
  await record.claim()
  onStop(() => record.release())
  const { secrets, passwordIsUnseen } = keptSecrets(state, settings)
  const given = { ...settings, ...secrets }
  await requireFreePorts(processPlan(root, given), given.HOST)
  const environment = await completed(given, state, { ui, onStop })
  signal.throwIfAborted()

  const plan = processPlan(root, environment)
  const [admin, gateway] = plan
  await prepare(environment, ui, signal)
  ui.step(`starting ${plan.map(({ name }) => name).join(', ')}`)
  await Promise.all(plan.map((process) => launch(process, { ui, onStop, fail, record, signal, watch })))
  ui.step('loading the demo')
  const demo = await runStep({
    what: 'Loading the demo',
    program: join(root, 'apps', 'demo', 'dist', 'main.js'),
    environment: {
      DEMO_ADMIN_URL: admin.url,
      DEMO_GATEWAY_URL: gateway.url.replace('127.0.0.1', 'localhost'),
      ...environment,
    },
    cwd: root,
    signal,
    onLine: (line) => ui.line('demo', line),
  })
  return {
    admin,
    gateway,
    curl: await firstCurl(demo, signal),
    user: environment.FIRST_SUPERUSER,
    password: passwordIsUnseen ? environment.FIRST_SUPERUSER_PASSWORD : undefined,
    secretsFile: secretsFile(state),
  }
}

// A new password cannot open the database of an earlier start: better to say so than to fail to log in.
function keptSecrets(state, settings) {
  const file = secretsFile(state)
  if (hasEmbeddedDatabase(state) && !existsSync(file) && settings.EMBEDDED_POSTGRES_PASSWORD === undefined) {
    throw new Fault(
      `${file} is gone, and with it the password of the database in ${state}.`,
      'Restore that file from a backup, or move .penstock away to begin anew.',
    )
  }
  return ensureSecrets(file, settings)
}

const secretsFile = (state) => join(state, 'secrets.json')

/** The environment of the processes: what was set, with the embedded database unless a database was named. */
async function completed(given, state, { ui, onStop }) {
  const { deriveGatewayKey } = await import(join(root, 'libs', 'secrets', 'dist', 'index.js'))
  const defaults = {
    GATEWAY_KEY: deriveGatewayKey(given.SECRET_KEY),
    GATEWAY_STATE_DIR: join(state, 'gateway'),
    ADMIN_INTERNAL_URL: processPlan(root, given)[0].opsUrl,
    DEMO_STATE_FILE: join(state, 'demo.json'),
    FIRST_SUPERUSER: 'admin',
  }
  if (given.DATABASE_URL !== undefined || given.POSTGRES_SERVER !== undefined) {
    ui.step('using the PostgreSQL of the settings')
    return { ...defaults, ...given }
  }
  ui.step('starting PostgreSQL')
  const port = given.EMBEDDED_POSTGRES_PORT === undefined ? undefined : Number(given.EMBEDDED_POSTGRES_PORT)
  const database = await embeddedDatabase({
    root,
    state,
    password: given.EMBEDDED_POSTGRES_PASSWORD,
    port,
    tell: ui.step,
  })
  onStop(() => database.stop())
  return { ...defaults, ...given, ...database.environment }
}

async function prepare(environment, ui, signal) {
  const command = (what, program, args) => {
    ui.step(what)
    const onLine = (line) => ui.line('admin', line)
    return runStep({
      what,
      program: join(root, 'apps', 'admin', 'dist', program),
      args,
      environment,
      cwd: root,
      onLine,
    })
  }
  await command('migrating the database', 'migrate.js', ['up'])
  await command('making the first superuser', 'first-superuser.js', [])
}

async function launch({ name, program, environment, readyUrl }, { ui, onStop, fail, record, signal, watch }) {
  let gaveUp
  const failed = new Promise((_, reject) => (gaveUp = reject))
  // Also when nobody waits for it any more.
  failed.catch(fail)
  const supervisor = supervise({
    program,
    nodeArgs: [...SERVER_ARGS, ...(watch ? ['--watch', '--watch-preserve-output'] : [])],
    env: environment,
    cwd: root,
    onLine: (line) => ui.line(name, line),
    onEvent: (event) => {
      if (event.kind === 'started') record.note(event.pid, program)
      if (event.kind === 'ended')
        ui.line(name, `ended (${event.signal ?? `exit ${event.code}`}); starting again in ${event.pauseMs} ms`)
      if (event.kind === 'gave-up')
        gaveUp(new Fault(`${name} does not stay up. Its last lines:\n${event.lastLines.join('\n')}`))
    },
  })
  onStop(() => supervisor.stop())
  await Promise.race([waitReady({ name, url: readyUrl, withinMs: READY_MS_MAX, signal }), failed])
}

/** The first printed curl line without a token, once the gateway answers it: what is published arrives a moment later. */
async function firstCurl(demoLines, signal) {
  const curl = demoLines.find((line) => line.startsWith("curl 'http"))
  const url = curl === undefined ? undefined : /'(http[^']*)'/.exec(curl)?.[1]
  if (url !== undefined) await waitReady({ name: 'the demo', url, withinMs: READY_MS_MAX, signal })
  return curl
}
