import type { z } from 'zod'

/** One setting: its schema reads the text of the environment variable; the rest is for people. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema
  /** One or two sentences: what it does, its unit, what its default means. */
  readonly description: string
  /** Never printed, not even in part. */
  readonly secret: boolean
  /** What `.env.example` and the reference show; left out when there is no default. */
  readonly example?: string
}

/** The settings of one app, by the name of the environment variable. */
export type Settings = Readonly<Record<string, Setting>>

/** The frozen values that `loadSettings` returns for a definition. */
export type SettingValues<Definition extends Settings> = {
  readonly [Name in keyof Definition]: z.output<Definition[Name]['schema']>
}

/** Describes a setting that may be shown. */
export function setting<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  example?: string,
): Setting<Schema> {
  return { schema, description, secret: false, ...(example === undefined ? {} : { example }) }
}

/** Describes a setting whose value is never shown. */
export function secretSetting<Schema extends z.ZodType>(schema: Schema, description: string): Setting<Schema> {
  return { schema, description, secret: true }
}
