// Before anything else starts: waits until the configuration database takes connections, migrates it, checks that it is at head and makes
// the first superuser. Each step is one of the commands that operators use; a step that fails ends the start with its own words.
import { spawnSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

const WAIT_MS_MAX = 60_000
const run = (...args) => spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8' })

const deadline = Date.now() + WAIT_MS_MAX
let migrated = run('apps/admin/dist/migrate.js', 'up')
while (migrated.status !== 0 && isUnreachable(migrated.stderr) && Date.now() < deadline) {
  console.log('prestart: the database does not answer yet')
  await pause(2000)
  migrated = run('apps/admin/dist/migrate.js', 'up')
}
endUnless(migrated)
endUnless(run('apps/admin/dist/migrate.js', 'status'))
endUnless(run('apps/admin/dist/first-superuser.js'))

function isUnreachable(text) {
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|starting up|not accept/i.test(text)
}

function endUnless({ status, stderr }) {
  process.stderr.write(stderr)
  if (status !== 0) process.exit(status ?? 1)
}
