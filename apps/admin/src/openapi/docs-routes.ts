import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>API reference</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
  <link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`
/** In a file of its own: the content security policy runs nothing inline. */
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, persistAuthorization: false })\n`

const ASSETS = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
} as const

/** Everything that a script sees, as declarations for editors. */
const SCRIPT_TYPES_ROUTE = '/api/v1/script-types'

/** What the routes below are in the access table. */
export const DOCS_ROUTES: readonly string[] = [
  '/openapi.json',
  '/docs',
  '/docs/start.js',
  SCRIPT_TYPES_ROUTE,
  ...Object.keys(ASSETS).map((file) => `/docs/${file}`),
]

/** Serves the document and a page that shows it, of which only the files that it needs can be read; and the types of scripts. */
export async function addDocsRoutes(server: FastifyInstance, document: object): Promise<void> {
  const { resolve } = createRequire(import.meta.url)
  const folder = dirname(resolve('swagger-ui-dist/package.json'))
  const scriptTypes = await readFile(resolve('@penstock/script/penstock-script.d.ts'))
  const text = JSON.stringify(document)
  server.get('/openapi.json', (_request, reply) => reply.type('application/json').send(text))
  server.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE))
  server.get('/docs/start.js', (_request, reply) => reply.type('text/javascript').send(START))
  server.get(SCRIPT_TYPES_ROUTE, (_request, reply) => reply.type('text/plain; charset=utf-8').send(scriptTypes))
  for (const [file, type] of Object.entries(ASSETS)) {
    const content = await readFile(join(folder, file))
    server.get(`/docs/${file}`, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=3600').send(content),
    )
  }
}
