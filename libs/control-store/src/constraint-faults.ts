/** What a broken constraint means to whoever sent the request. */
type ConstraintFault =
  | { readonly kind: 'unique'; readonly thing: string; readonly field: string }
  | { readonly kind: 'reference'; readonly thing: string; readonly field: string }

const unique = (thing: string, field: string): ConstraintFault => ({ kind: 'unique', thing, field })
const reference = (thing: string, field: string): ConstraintFault => ({ kind: 'reference', thing, field })

/** By the constraint's name, as the migrations give it. */
export const CONSTRAINT_FAULTS: Readonly<Record<string, ConstraintFault>> = {
  uq_users_username: unique('A user with the name', 'username'),
  uq_users_email: unique('A user with the e-mail address', 'email'),
  uq_roles_name: unique('A role with the name', 'name'),
  uq_datasources_name: unique('A data source with the name', 'name'),
  uq_modules_name: unique('A module with the name', 'name'),
  uq_api_groups_name: unique('A group with the name', 'name'),
  uq_clients_name: unique('A client with the name', 'name'),
  uq_clients_client_id: unique('A client with the client_id', 'client_id'),
  uq_macros_name: unique('A macro with the name', 'name'),
  uq_apis_draft_route: unique('An API with the route', 'path'),
  uq_apis_published_route: unique('A published API with the route', 'path'),
  fk_apis_module: reference('module', 'module_id'),
  fk_apis_datasource: reference('data source', 'datasource_id'),
  fk_apis_published_datasource: reference('data source', 'datasource_id'),
  fk_macros_module: reference('module', 'module_id'),
  fk_group_apis_api: reference('API', 'api_ids'),
  fk_group_apis_group: reference('group', 'group_ids'),
  fk_group_clients_client: reference('client', 'client_ids'),
  fk_group_clients_group: reference('group', 'group_ids'),
  fk_client_apis_api: reference('API', 'api_ids'),
  fk_client_apis_client: reference('client', 'client_id'),
}
