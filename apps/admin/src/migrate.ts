import { databaseOptions, databaseSettings, loadSettings, SettingsError } from '@penstock/app-config'
import { allRevisions, migrate, type MigrateCommand } from '@penstock/migrations'
import { environment } from './config.js'

const USE = 'use: migrate up | down [n] | to <revision> | stamp | status'

/** The command line of migrations: exit code 0 when it was done, 1 when it failed, 2 when it was not understood. */
async function main([verb, argument]: readonly string[]): Promise<number> {
  const command = commandOf(verb, argument)
  if (command === undefined) {
    process.stderr.write(
      `${USE}\nrevisions: ${allRevisions()
        .map(({ name }) => name)
        .join(', ')}\n`,
    )
    return 2
  }
  try {
    const options = databaseOptions(loadSettings(databaseSettings, environment()))
    await migrate(options, command, (line) => process.stdout.write(`${line}\n`))
    return 0
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(error instanceof SettingsError ? `${message}\n` : `migrate ${verb ?? ''} failed: ${message}\n`)
    return 1
  }
}

function commandOf(verb: string | undefined, argument: string | undefined): MigrateCommand | undefined {
  if (verb === 'up' || verb === 'stamp' || verb === 'status') return { verb }
  if (verb === 'to' && argument !== undefined) return { verb, revision: argument }
  if (verb === 'down' && /^[1-9]\d*$/.test(argument ?? '1')) return { verb, steps: Number(argument ?? '1') }
  return undefined
}

process.exitCode = await main(process.argv.slice(2))
