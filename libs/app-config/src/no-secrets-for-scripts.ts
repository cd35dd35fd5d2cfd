import type { Rule } from './load-settings.js'
import type { Settings } from './setting.js'

// Of the other processes, whose environment may be the same where all run on one machine.
const ELSEWHERE = ['SECRET_KEY', 'ENCRYPTION_KEY', 'FIRST_SUPERUSER_PASSWORD', 'POSTGRES_PASSWORD', 'DATABASE_URL']

/** A rule: scripts may not read what is a secret of Penstock itself, whoever lists it for them. */
export function noSecretsForScripts(definition: Settings): Rule<{ readonly SCRIPT_ENV_NAMES: readonly string[] }> {
  const isSecret = (name: string): boolean => ELSEWHERE.includes(name) || definition[name]?.secret === true
  return ({ SCRIPT_ENV_NAMES }) =>
    SCRIPT_ENV_NAMES.filter(isSecret).map((name) => `SCRIPT_ENV_NAMES must not list ${name}: scripts would read it`)
}
