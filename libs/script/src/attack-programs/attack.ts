/** What an attack goes for; each is held back by a defence of its own. */
export const ATTACK_CATEGORIES = [
  'interpreter',
  'natives',
  'regexps',
  'memory',
  'stack',
  'promises',
  'escape',
  'boundary',
  'leak',
] as const
export type AttackCategory = (typeof ATTACK_CATEGORIES)[number]

/** How an attack may end; `done` only with the value that it names. */
export type AttackEnd = 'done' | 'threw' | 'timeout' | 'memory' | 'stack' | 'result' | 'host calls' | 'host bytes'

/** A program that goes for the engine or its neighbours, as an API. */
export interface Attack {
  readonly name: string
  readonly category: AttackCategory
  /** `HOST_CALL` stands for an expression that asks the host for something, `LOG` for a function that takes a line. */
  readonly source: string
  readonly ends: readonly AttackEnd[]
  /** What it returns when it is done; left out: nothing that matters. */
  readonly value?: unknown
}

/** A group of attacks: their sources by name, which all end alike. */
export function attacks(
  category: AttackCategory,
  ends: readonly AttackEnd[],
  sources: Readonly<Record<string, string>>,
): readonly Attack[] {
  return Object.entries(sources).map(([name, source]) => ({ name, category, source, ends }))
}

/** Attacks that must come to nothing: each returns what it could reach, and must return this. */
export function harmless(
  category: AttackCategory,
  value: unknown,
  sources: Readonly<Record<string, string>>,
): readonly Attack[] {
  return Object.entries(sources).map(([name, source]) => ({ name, category, source, ends: ['done'], value }))
}

/** A program whose default export has this body. */
export const body = (text: string): string => `export default async () => {\n${text}\n}`
