import { resolve } from 'node:path'
import type { Environment } from './load-settings.js'
import { commaList, secondsAsMs, timeZone, wholeNumber } from './readers.js'
import { scriptConnections } from './script-connections.js'
import { secretSetting, setting, type SettingValues } from './setting.js'
import { scriptSettings } from './shared-settings.js'

const megabytes = (fallback: number, max: number) => wholeNumber(fallback, { min: 1, max })

/** What scripts may use: defaults, and what no API may exceed. */
export const gatewayScriptSettings = {
  ...scriptSettings,
  SCRIPT_EXEC_TIMEOUT: setting(
    secondsAsMs(10, { min: 0.01, max: 600 }),
    'Seconds that a script may take, waiting for databases and services included, where its API says nothing.',
    '10',
  ),
  SCRIPT_EXEC_TIMEOUT_MAX: setting(
    secondsAsMs(60, { min: 0.01, max: 600 }),
    'Seconds that script_limits of an API may ask for at most.',
    '60',
  ),
  SCRIPT_CPU_TIMEOUT: setting(
    secondsAsMs(2, { min: 0.01, max: 60 }),
    'Seconds that a script may compute, waiting not included.',
    '2',
  ),
  SCRIPT_MEMORY_MB: setting(megabytes(32, 64), 'Megabytes of a script’s heap where its API says nothing.', '32'),
  SCRIPT_MEMORY_MB_MAX: setting(megabytes(64, 64), 'Megabytes that script_limits of an API may ask for at most.', '64'),
  SCRIPT_HOST_CALLS: setting(
    wholeNumber(100, { min: 0, max: 10_000 }),
    'Requests of a script to databases, services and the cache where its API says nothing.',
    '100',
  ),
  SCRIPT_HOST_CALLS_MAX: setting(
    wholeNumber(1_000, { min: 0, max: 10_000 }),
    'Requests that script_limits of an API may ask for at most.',
    '1000',
  ),
  SCRIPT_HOST_MB: setting(megabytes(16, 1024), 'Megabytes of all these requests and answers together.', '16'),
  SCRIPT_HOST_MB_MAX: setting(megabytes(64, 1024), 'Megabytes that script_limits may ask for at most.', '64'),
  SCRIPT_RESULT_MB: setting(megabytes(8, 1024), 'Megabytes of what a script returns.', '8'),
  SCRIPT_RESULT_MB_MAX: setting(megabytes(32, 1024), 'Megabytes that script_limits may ask for at most.', '32'),
  SCRIPT_LOG_LINES: setting(
    wholeNumber(100, { min: 0, max: 10_000 }),
    'Lines that a script may log in one call where its API says nothing; further ones are dropped and counted.',
    '100',
  ),
  SCRIPT_LOG_LINES_MAX: setting(
    wholeNumber(1_000, { min: 0, max: 10_000 }),
    'Lines that script_limits of an API may ask for at most.',
    '1000',
  ),
  SCRIPT_QUEUE_TIMEOUT: setting(
    secondsAsMs(5, { min: 0.01, max: 600 }),
    'Seconds that a call waits for a free instance of the script engine.',
    '5',
  ),
  SCRIPT_INSTANCES: setting(
    wholeNumber(0, { min: 0, max: 256 }),
    'Scripts that run at once in this process; 0: twice the cores.',
    '0',
  ),
  SCRIPT_HTTP_ALLOWED_HOSTS: setting(
    commaList(),
    'Hosts that scripts may call, comma separated: api.example.com, *.example.com, * — on ports 80 and 443, or with :port. Only a host listed by its own name or address with its port may be internal, as in 127.0.0.1:8001. Empty: none.',
  ),
  SCRIPT_HTTP_CONNECTIONS: secretSetting(
    scriptConnections(),
    'Services that scripts call with http.connection(name), as JSON: {"crm": {"url": "https://crm.example.com/v2", "headers": {"authorization": "Bearer …"}, "modules": ["sales"], "internal": false}}. Its headers go with every request and no script reads them; modules may use it ("*": all); internal: it may have a private address.',
  ),
  SCRIPT_HTTP_CONCURRENCY: setting(
    wholeNumber(20, { min: 1, max: 10_000 }),
    'HTTP requests of scripts under way at once for one caller of this process.',
    '20',
  ),
  SCRIPT_HTTP_MAX_MB: setting(
    megabytes(5, 1024),
    'Megabytes of an answer to a script, counted after unpacking; bigger ones are refused.',
    '5',
  ),
  SCRIPT_TIME_ZONE: setting(
    timeZone('UTC'),
    'Time zone in which local times of scripts are (getHours, new Date(2026, 0, 31)), by its IANA name: Europe/Berlin.',
    'UTC',
  ),
  SCRIPT_ENV_NAMES: setting(
    commaList(),
    'Names of environment variables, comma separated, that scripts may read with env.get; secrets of Penstock are refused. All others do not exist for them.',
  ),
}

const MEGABYTE = 1024 * 1024

export type ScriptConfig = ReturnType<typeof scriptConfig>

/** The settings of scripts in the units of the program. */
export function scriptConfig(values: SettingValues<typeof gatewayScriptSettings>, environment: Environment) {
  const bytes = (usual: number, most: number) => ({ usual: usual * MEGABYTE, most: most * MEGABYTE })
  const settings = {
    execTimeoutMs: { usual: values.SCRIPT_EXEC_TIMEOUT, most: values.SCRIPT_EXEC_TIMEOUT_MAX },
    cpuMs: values.SCRIPT_CPU_TIMEOUT,
    memoryBytes: bytes(values.SCRIPT_MEMORY_MB, values.SCRIPT_MEMORY_MB_MAX),
    hostCalls: { usual: values.SCRIPT_HOST_CALLS, most: values.SCRIPT_HOST_CALLS_MAX },
    hostBytes: bytes(values.SCRIPT_HOST_MB, values.SCRIPT_HOST_MB_MAX),
    resultBytes: bytes(values.SCRIPT_RESULT_MB, values.SCRIPT_RESULT_MB_MAX),
    logLines: { usual: values.SCRIPT_LOG_LINES, most: values.SCRIPT_LOG_LINES_MAX },
    queueWaitMs: values.SCRIPT_QUEUE_TIMEOUT,
  }
  return {
    settings,
    ...(values.SCRIPT_INSTANCES === 0 ? {} : { instancesMax: values.SCRIPT_INSTANCES }),
    extraModules: values.SCRIPT_EXTRA_MODULES,
    modulesFolder: resolve(values.SCRIPT_MODULES_DIR),
    timeZone: values.SCRIPT_TIME_ZONE,
    http: {
      hosts: values.SCRIPT_HTTP_ALLOWED_HOSTS,
      connections: values.SCRIPT_HTTP_CONNECTIONS,
      perCallerMax: values.SCRIPT_HTTP_CONCURRENCY,
      bytesMax: values.SCRIPT_HTTP_MAX_MB * MEGABYTE,
    },
    environment: listedVariables(values.SCRIPT_ENV_NAMES, environment),
  }
}

function listedVariables(names: readonly string[], environment: Environment): Readonly<Record<string, string>> {
  return Object.freeze(
    Object.fromEntries(
      names.flatMap((name) => {
        const value = environment[name]
        return value === undefined ? [] : [[name, value] as const]
      }),
    ),
  )
}
