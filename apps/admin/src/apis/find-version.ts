import { apiVersionStore, type ApiVersion, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'

/** The version of this API, or NOT_FOUND. */
export async function versionOf(tx: Tx, apiId: string, versionId: string): Promise<ApiVersion> {
  const version = await apiVersionStore.find(tx, versionId)
  if (version === null || version.apiId !== apiId) throw new AppError('NOT_FOUND')
  return version
}
