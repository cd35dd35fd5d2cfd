/**
 * Refuses `changethis` as a secret outside `local`, and says how to make a good one. For use as a rule of `loadSettings`.
 */
export function refuseChangeThis(names: readonly string[]) {
  return (values: Readonly<Record<string, unknown>>): readonly string[] =>
    values['ENVIRONMENT'] === 'local'
      ? []
      : names
          .filter((name) => values[name] === 'changethis')
          .map(
            (name) =>
              `${name} is "changethis", which is only accepted with ENVIRONMENT=local; make a good one: ` +
              `node -e "console.log(require('crypto').randomBytes(32).toString('base64url'))"`,
          )
}
