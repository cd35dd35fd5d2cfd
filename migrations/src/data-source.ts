import { DataSource } from 'typeorm'
import { loadMigrationConfig } from './config.js'
import { migrationDataSourceOptions } from './migrate.js'

/** For TypeORM's command line: `npx typeorm migration:show -d migrations/dist/data-source.js`. */
export default new DataSource(migrationDataSourceOptions(loadMigrationConfig()))
