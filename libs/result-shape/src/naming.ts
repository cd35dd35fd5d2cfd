const UNDERSCORE = 95

/** How keys are written in an answer: as the database names them, or in camel case. */
export type Naming = 'as-is' | 'camel'

/**
 * `created_at` → `createdAt`, `USER_ID` → `userId`. Underscores at the ends stay. Names without an underscore between words, names that
 * mix cases (`ABC_def`) and names with empty words (`a__b`) stay as they are: changing them would lose what they say.
 */
export function snakeToCamel(name: string): string {
  if (!name.includes('_')) return name
  let start = 0
  let end = name.length
  while (start < end && name.charCodeAt(start) === UNDERSCORE) start++
  while (end > start && name.charCodeAt(end - 1) === UNDERSCORE) end--
  const core = name.slice(start, end)
  if (!core.includes('_') || core.includes('__')) return name
  const lower = core.toLowerCase()
  if (core !== lower && core !== core.toUpperCase()) return name
  return name.slice(0, start) + lower.replace(/_([^_])/gu, (_, first: string) => first.toUpperCase()) + name.slice(end)
}

/** `createdAt` → `created_at`, `userID` → `user_id`, `HTTPServer` → `http_server`. Names without capitals stay as they are. */
export function camelToSnake(name: string): string {
  if (!/\p{Lu}/u.test(name)) return name
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase()
}

/** A key in the naming of the answer. */
export function keyIn(naming: Naming, name: string): string {
  return naming === 'camel' ? snakeToCamel(name) : name
}
