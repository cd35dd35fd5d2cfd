import type { ParamValues } from '@penstock/params'
import { redactSecrets } from '@penstock/secrets'

/** The parameters of a call as JSON text for the access log; what has a secret's name is hidden. */
export function paramsForLog(values: ParamValues): string {
  return JSON.stringify(redactSecrets(values), (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}
