import {
  databaseOptions,
  databaseSettings,
  flag,
  loadSettings,
  optionalText,
  port,
  processSettings,
  requiredText,
  secretSetting,
  setting,
  text,
  type DatabaseOptions,
  type Environment,
} from '@penstock/app-config'

/** Every setting of the demo's loader. It needs the rights to make a database and a role; nothing else of Penstock does. */
export const demoSettings = {
  ...processSettings,
  ...databaseSettings,
  DEMO_ENABLED: setting(flag(true), 'Whether npm start loads the demo: its database, its role and its APIs.', 'true'),
  FIRST_SUPERUSER: setting(text('admin'), 'User name that the demo signs in to admin with.', 'admin'),
  FIRST_SUPERUSER_PASSWORD: secretSetting(requiredText(), 'Password of that user.'),
  DEMO_ADMIN_URL: setting(text('http://127.0.0.1:8001'), 'Where the demo finds admin.', 'http://127.0.0.1:8001'),
  DEMO_GATEWAY_URL: setting(
    text('http://localhost:8000'),
    'Where the printed curl lines find the gateway.',
    'http://localhost:8000',
  ),
  DEMO_DATABASE: setting(text('demo'), 'Name of the database that the demo makes and fills.', 'demo'),
  DEMO_DATABASE_HOST: setting(
    optionalText(),
    'Host under which gateways reach the demo database. Default: the host of the configuration database.',
  ),
  DEMO_DATABASE_PORT: setting(port(0), 'Its port; 0: the port of the configuration database.', '0'),
  DEMO_STATE_FILE: setting(
    text('.penstock/demo.json'),
    'File (mode 0600) that keeps the generated secrets of the demo between two starts.',
    '.penstock/demo.json',
  ),
}

export interface DemoConfig {
  readonly enabled: boolean
  readonly server: DatabaseOptions
  readonly database: string
  /** How the data source is registered in admin. */
  readonly reachableAt: { readonly host: string; readonly port: number }
  readonly adminUrl: string
  readonly gatewayUrl: string
  readonly username: string
  readonly password: string
  readonly stateFile: string
}

/** Reads the demo's settings once. Throws a SettingsError that names every bad variable. */
export function loadDemoConfig(environment: Environment = process.env): DemoConfig {
  const values = loadSettings(demoSettings, environment)
  const server = databaseOptions(values)
  const { hostname, port: serverPort } = new URL(server.url)
  return Object.freeze({
    enabled: values.DEMO_ENABLED,
    server,
    database: values.DEMO_DATABASE,
    reachableAt: {
      host: values.DEMO_DATABASE_HOST ?? hostname,
      port: values.DEMO_DATABASE_PORT === 0 ? Number(serverPort === '' ? 5432 : serverPort) : values.DEMO_DATABASE_PORT,
    },
    adminUrl: values.DEMO_ADMIN_URL,
    gatewayUrl: values.DEMO_GATEWAY_URL,
    username: values.FIRST_SUPERUSER,
    password: values.FIRST_SUPERUSER_PASSWORD,
    stateFile: values.DEMO_STATE_FILE,
  })
}
