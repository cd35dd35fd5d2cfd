import {
  databaseOptions,
  databaseSettings,
  loadSettings,
  type DatabaseOptions,
  type Environment,
} from '@penstock/app-config'

/** Where the configuration database is, for TypeORM's command line. */
export function loadMigrationConfig(environment: Environment = process.env): DatabaseOptions {
  return databaseOptions(loadSettings(databaseSettings, environment))
}
