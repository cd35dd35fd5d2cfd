import { AppError } from '@penstock/errors'

/** Refuses to remove what something depends on, and names what that is. */
export function refuseInUse(thing: string, dependents: readonly string[]): void {
  if (dependents.length === 0) return
  const message = `${thing} is still used by ${dependents.join(', ')}`
  throw new AppError('IN_USE', message, { message, errors: dependents.map((dependent) => ({ message: dependent })) })
}
