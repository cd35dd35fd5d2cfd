import { problemAnswer } from '@penstock/contracts'
import type { z } from 'zod'
import type { Access } from '../base/access-rule.js'
import { API_PREFIX, type EndpointSpec } from '../base/endpoint.js'
import { schemaCollector, type JsonSchema, type SchemaCollector } from './schema-collector.js'

const BEARER = 'bearer'

/** The OpenAPI 3.1 document, made of the same schemas that validate: it cannot say anything else than what the server does. */
export function openApiDocument(endpoints: readonly EndpointSpec[], title: string, version: string): object {
  const schemas = schemaCollector()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const spec of endpoints) {
    const path = `${API_PREFIX}/${spec.path}`
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operation(spec, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: { title, version, description: `Everything below ${API_PREFIX} also answers below /api.` },
    tags: [...new Set(endpoints.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.collected(),
      securitySchemes: { [BEARER]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

function operation(spec: EndpointSpec, schemas: SchemaCollector): object {
  return {
    operationId: operationId(spec),
    tags: [spec.tag],
    summary: spec.summary,
    ...whoMay(spec.access),
    security: spec.access === 'public' ? [] : [{ [BEARER]: [] }],
    parameters: [...parameters(spec.params, 'path', schemas), ...parameters(spec.query, 'query', schemas)],
    ...(spec.body === undefined
      ? {}
      : { requestBody: { required: true, content: jsonContent(schemas.schemaOf(spec.body, 'input')) } }),
    responses: responses(spec, schemas),
  }
}

function whoMay(access: Access): { description?: string } {
  if (access === 'superuser') return { description: 'For superusers' }
  return typeof access === 'object' ? { description: `Permission: \`${access.permission}\`` } : {}
}

function responses(spec: EndpointSpec, schemas: SchemaCollector): object {
  const failures = new Set<number>([...(spec.refusals ?? []), 500])
  if (spec.access !== 'public') failures.add(401)
  if (typeof spec.access === 'object' || spec.access === 'superuser') failures.add(403)
  if (spec.params !== undefined) failures.add(404)
  if (spec.params !== undefined || spec.query !== undefined || spec.body !== undefined) failures.add(422)
  const problem = jsonContent(schemas.schemaOf(problemAnswer, 'output'))
  return {
    [spec.status]: {
      description: SUCCESS[spec.status],
      ...(spec.answer === undefined ? {} : { content: jsonContent(schemas.schemaOf(spec.answer, 'output')) }),
    },
    ...Object.fromEntries(
      [...failures].sort().map((status) => [status, { description: FAILURE[status], content: problem }]),
    ),
  }
}

const SUCCESS = { 200: 'Done', 201: 'Made', 204: 'Done; no body' } as const
const FAILURE: Readonly<Record<number, string>> = {
  401: 'Not signed in',
  403: 'No permission',
  404: 'No such thing, or not for you to know',
  409: 'Clashes with something that exists, or is in use',
  422: 'One or more fields are not valid; each is named',
  429: 'Too often; see Retry-After',
  500: 'A fault of the server',
  502: 'The data source refused',
  504: 'The data source did not answer in time',
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: SchemaCollector): object[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemas.schemaOf(schema, 'input')
  return Object.entries(properties).map(([name, { description, ...member }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: member,
  }))
}

function jsonContent(schema: JsonSchema): object {
  return { 'application/json': { schema } }
}

/** `post_datasources_by_id_test`: stable, for generated clients. */
function operationId(spec: EndpointSpec): string {
  const words = spec.path.replace(/\{(\w+)\}/g, 'by_$1').replace(/[^A-Za-z0-9]+/g, '_')
  return `${spec.method.toLowerCase()}_${words}`
}
