// Starts, says where things are, and stops all of it on Ctrl-C.
import { join } from 'node:path'
import { build } from '../build.mjs'
import { root } from '../run/root.mjs'
import { explain } from '../services/fault.mjs'
import { asFault } from './known-failures.mjs'
import { linePrinter } from './log-lines.mjs'
import { whenParentGone } from './parent-gone.mjs'
import { markPasswordSeen } from './secrets.mjs'
import { start } from './starter.mjs'
import { watchSources } from './watch-sources.mjs'

const colour = process.stdout.isTTY && !process.env.NO_COLOR
const ui = {
  step: (text) => process.stdout.write(`${colour ? '\u001b[1m▸\u001b[0m' : '▸'} ${text}\n`),
  line: linePrinter((text) => process.stdout.write(text), { colour }),
}
const stops = []
const abort = new AbortController()
let ending

function end(code) {
  ending ??= (async () => {
    abort.abort(new Error('stopped'))
    if (stops.length > 0) ui.step('stopping')
    // What was started last is stopped first: the database goes when nobody needs it any more.
    for (const stop of stops.reverse()) await stop()
    process.exit(code)
  })()
  return ending
}

const fail = (error) => {
  if (ending !== undefined) return ending
  console.error(`\n${explain(asFault(error))}`)
  return end(1)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // The second Ctrl-C of somebody who cannot wait; what stays behind is ended by the next start.
    if (ending !== undefined && signal === 'SIGINT') process.exit(1)
    void end(0)
  })
}

// Only under npm: who starts this program directly may leave it running behind.
if (process.env.npm_lifecycle_event !== undefined) whenParentGone(() => void end(0))

function welcome({ admin, gateway, curl, user, password, secretsFile }) {
  const local = (url) => url.replace('127.0.0.1', 'localhost')
  const secret =
    password === undefined
      ? `password as set, or in ${secretsFile}`
      : `password ${password} (shown this once; kept in ${secretsFile})`
  const lines = [
    '',
    `  gateway  ${local(gateway.url)}      ${curl ?? ''}`,
    `  admin    ${local(admin.url)}/docs   user ${user}, ${secret}`,
    `  ops      ${local(gateway.opsUrl)}/metrics`,
    '',
    '  Ctrl-C stops everything.',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  if (password !== undefined) markPasswordSeen(secretsFile)
}

const SOURCES = ['libs', 'apps', 'migrations']

/** The processes run under `node --watch` and follow what this writes. */
async function compile() {
  const begin = performance.now()
  try {
    await build()
    ui.line('build', `compiled in ${Math.round(performance.now() - begin)} ms`)
  } catch (error) {
    for (const line of explain(error).split('\n')) ui.line('build', line)
  }
}

try {
  const watch = process.argv.includes('--watch')
  welcome(await start({ ui, onStop: (stop) => stops.push(stop), fail, signal: abort.signal, watch }))
  if (watch) stops.push(watchSources({ folders: SOURCES.map((folder) => join(root, folder)), compile }))
} catch (error) {
  await fail(error)
}
