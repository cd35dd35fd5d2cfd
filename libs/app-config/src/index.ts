export { secretSetting, setting, type Setting, type Settings, type SettingValues } from './setting.js'
export {
  commaList,
  flag,
  oneOf,
  optionalRedisOrClusterUrl,
  optionalText,
  port,
  ratio,
  requiredText,
  secondsAsMs,
  text,
  wholeNumber,
} from './readers.js'
export { loadSettings, redactSettings, SettingsError, type Environment, type Rule } from './load-settings.js'
export { refuseChangeThis } from './change-this.js'
export {
  corsSettings,
  databaseSettings,
  externalDatabaseSettings,
  processSettings,
  redisSettings,
} from './shared-settings.js'
export { duckdbOptions, type DuckdbSettings } from './duckdb-options.js'
export { databaseOptions, redisUrl, type DatabaseOptions } from './connections.js'
export { gatewayScriptSettings, scriptConfig, type ScriptConfig } from './script-settings.js'
export { type ScriptConnection } from './script-connections.js'
export { noSecretsForScripts } from './no-secrets-for-scripts.js'
