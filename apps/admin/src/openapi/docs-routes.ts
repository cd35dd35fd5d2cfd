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

/** What the routes below are in the access table. */
export const DOCS_ROUTES: readonly string[] = [
  '/openapi.json',
  '/docs',
  '/docs/start.js',
  ...Object.keys(ASSETS).map((file) => `/docs/${file}`),
]

/** Serves the document and a page that shows it. Only the three files that the page needs can be read. */
export async function addDocsRoutes(server: FastifyInstance, document: object): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const text = JSON.stringify(document)
  server.get('/openapi.json', (_request, reply) => reply.type('application/json').send(text))
  server.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE))
  server.get('/docs/start.js', (_request, reply) => reply.type('text/javascript').send(START))
  for (const [file, type] of Object.entries(ASSETS)) {
    const content = await readFile(join(folder, file))
    server.get(`/docs/${file}`, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=3600').send(content),
    )
  }
}
