import { z } from 'zod'
import type { DemoApi } from '../catalogue/demo-api.js'
import type { DemoMacro } from '../catalogue/macros.js'
import type { DemoState } from '../state-file.js'
import { AdminRefused, type AdminClient, type Identified } from './admin-client.js'

export interface DemoDatasource {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string
  readonly password: string
}

export interface DemoCatalogue {
  readonly datasource: DemoDatasource
  readonly macros: readonly DemoMacro[]
  readonly apis: readonly DemoApi[]
  /** True when an older catalogue, or none, was seeded before: published macros and APIs are then brought up to this one. */
  readonly isNew: boolean
}

export interface SeedResult {
  /** How many APIs were published by this run. */
  readonly published: number
  /** The APIs that anybody may call now; people may have changed that since the demo was made. */
  readonly open: readonly DemoApi[]
  readonly client: NonNullable<DemoState['client']>
}

const NAME = 'Demo'
const CLIENT_ID = 'demo-client'

/**
 * Brings admin to where the demo should be, by name: what is missing is made and published. What is published already is left as people may
 * have changed it, unless `catalogue.isNew`. Everything goes through the public API, with the rights of whoever signed in.
 */
export async function seedCatalogue(
  admin: AdminClient,
  catalogue: DemoCatalogue,
  known: DemoState['client'],
  say: (line: string) => void,
): Promise<SeedResult> {
  const datasource = await ensureDatasource(admin, catalogue.datasource, known !== undefined)
  const module = await ensure(admin, 'modules', {
    name: NAME,
    description: 'APIs over real flights, airports and weather',
  })
  for (const macro of catalogue.macros) await ensureMacro(admin, macro, module, catalogue.isNew)
  const group = await ensure(admin, 'groups', { name: NAME, description: 'Who may call the private APIs of the demo' })
  let published = 0
  const open: DemoApi[] = []
  const privateApis: string[] = []
  for (const api of catalogue.apis) {
    const { id, changed, access } = await ensureApi(admin, api, { module, datasource, isNew: catalogue.isNew })
    if (changed) {
      published += 1
      say(`published ${api.http_method} /api/${api.path}`)
    }
    if (api.access_type === 'private') privateApis.push(id)
    if (access === 'public') open.push(api)
  }
  if (published > 0) await admin.replace(`groups/${group.id}/apis`, { api_ids: privateApis })
  return { published, open, client: await ensureClient(admin, group, known, catalogue.isNew) }
}

/** The row of that name, made when there is none. */
async function ensure(
  admin: AdminClient,
  path: string,
  body: { readonly name: string; readonly description: string },
): Promise<Identified> {
  const [there] = await admin.find(path, 'name', body.name)
  return there ?? admin.create(path, body)
}

/** The server's port may have changed since the last run, and a run that broke off may have left admin without the password. */
async function ensureDatasource(
  admin: AdminClient,
  { password, ...address }: DemoDatasource,
  passwordIsKnown: boolean,
): Promise<Identified> {
  const [there] = await admin.find('datasources', 'name', NAME)
  if (there !== undefined && passwordIsKnown && Object.entries(address).every(([name, value]) => there[name] === value))
    return there
  const datasource =
    there === undefined
      ? await admin.create('datasources', { name: NAME, product_type: 'postgres', ...address, password })
      : await admin.change(`datasources/${there.id}`, { ...address, password })
  const tested = z
    .object({ success: z.boolean(), message: z.string() })
    .parse(await admin.act(`datasources/${datasource.id}/test`, {}))
  if (!tested.success) throw new AdminRefused(502, `admin cannot reach the demo database: ${tested.message}`)
  return datasource
}

async function ensureMacro(
  admin: AdminClient,
  { name, content, macro_type = 'SQL' }: DemoMacro,
  module: Identified,
  isNew: boolean,
): Promise<void> {
  const [there] = await admin.find('macros', 'name', name)
  if (there !== undefined && isPublished(there) && !isNew) return
  const macro =
    there === undefined
      ? await admin.create('macros', { name, macro_type, module_id: module.id, content })
      : await admin.change(`macros/${there.id}`, { content })
  await admin.act(`macros/${macro.id}/publish`, {})
}

interface ApiPlace {
  readonly module: Identified
  readonly datasource: Identified
  readonly isNew: boolean
}

async function ensureApi(
  admin: AdminClient,
  api: DemoApi,
  { module, datasource, isNew }: ApiPlace,
): Promise<{ id: string; changed: boolean; access: unknown }> {
  const { name, description, http_method, path, access_type, content, params } = api
  const { execute_engine = 'SQL', result_transform = null, rate_limit_per_minute = null } = api
  const wanted = {
    ...{ name, description, http_method, path, access_type, content, params },
    ...{ execute_engine, result_transform, rate_limit_per_minute, module_id: module.id, datasource_id: datasource.id },
  }
  const [there] = await admin.find('apis', 'name', api.name)
  if (there !== undefined && isPublished(there) && !isNew)
    return { id: there.id, changed: false, access: there['access_type'] }
  const { id } =
    there === undefined ? await admin.create('apis', wanted) : await admin.change(`apis/${there.id}`, wanted)
  await admin.act(`apis/${id}/publish`, {})
  return { id, changed: true, access: api.access_type }
}

function isPublished(row: Identified): boolean {
  return row['is_published'] === true
}

const secretAnswer = z.object({ client_id: z.string(), client_secret: z.string() })

/** The client and a secret that works: admin shows a secret once, so one that nobody kept is replaced by a new one. */
async function ensureClient(
  admin: AdminClient,
  group: Identified,
  known: DemoState['client'],
  isNew: boolean,
): Promise<NonNullable<DemoState['client']>> {
  const [there] = await admin.find('clients', 'client_id', CLIENT_ID)
  if (there === undefined) {
    const created = await admin.create('clients', { name: NAME, client_id: CLIENT_ID, group_ids: [group.id] })
    return secretAnswer.parse(created)
  }
  if (isNew) await admin.change(`clients/${there.id}`, { group_ids: [group.id] })
  if (known?.client_id === CLIENT_ID) return known
  return secretAnswer.parse(await admin.act(`clients/${there.id}/rotate-secret`, {}))
}
