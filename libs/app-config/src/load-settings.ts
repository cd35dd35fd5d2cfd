import type { Settings, SettingValues } from './setting.js'

/** What the environment looks like: `process.env`, or a record in tests. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A rule across settings: returns a sentence for each thing that is wrong, naming the variable and the fix. */
export type Rule<Values> = (values: Values) => readonly string[]

/** The settings cannot be used; each line of `faults` names a variable and what is wrong with it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  constructor(readonly faults: readonly string[]) {
    super(`These settings cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  }
}

/**
 * Reads the settings of one app once, at start. An empty variable counts as not set. Throws a SettingsError that names every bad
 * variable at once: a bad value is never replaced by a default in silence.
 */
export function loadSettings<Definition extends Settings>(
  definition: Definition,
  environment: Environment,
  rules: readonly Rule<SettingValues<Definition>>[] = [],
): SettingValues<Definition> {
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, { schema }] of Object.entries(definition)) {
    const raw = environment[name]
    const parsed = schema.safeParse(raw === undefined || raw.trim() === '' ? undefined : raw)
    if (parsed.success) values[name] = parsed.data
    else faults.push(...parsed.error.issues.map((issue) => `${name} ${issue.message}`))
  }
  if (faults.length > 0) throw new SettingsError(faults)
  if (!isComplete(values, definition)) throw new SettingsError(['the definition of the settings is not complete'])
  const broken = rules.flatMap((rule) => rule(values))
  if (broken.length > 0) throw new SettingsError(broken)
  return Object.freeze(values)
}

/** Every value was parsed by its own schema just above; this is where that fact is told to the compiler. */
function isComplete<Definition extends Settings>(
  values: Record<string, unknown>,
  definition: Definition,
): values is SettingValues<Definition> & Record<string, unknown> {
  return Object.keys(definition).every((name) => name in values)
}

/** The settings as they may be printed: secrets are shown as set or not set only. */
export function redactSettings<Definition extends Settings>(
  definition: Definition,
  values: SettingValues<Definition>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(definition).map(([name, { secret }]) => {
      const value: unknown = values[name]
      return [name, secret ? (value === undefined ? 'not set' : 'set') : value]
    }),
  )
}
