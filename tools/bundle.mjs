// Joins the modules of a program and of the packages that it uses into few files: loading two thousand files is most of what a start takes.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Apps that are started from their bundle: those of which many start, and often. */
export const BUNDLED_APPS = ['gateway']

// Loaded from node_modules, most of them only when they are used; Nest asks for some that are not installed.
const NOT_BUNDLED = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  'cloudflare:sockets',
  'esbuild',
  'mysql2',
  'pg-native',
]
// What CommonJS modules find in their scope, and modules do not.
const BANNER = `import { createRequire as requireFrom } from 'node:module'
import { dirname as folderOf } from 'node:path'
import { fileURLToPath as pathOf } from 'node:url'
const require = requireFrom(import.meta.url)
const __filename = pathOf(import.meta.url)
const __dirname = folderOf(__filename)
`
const INPUTS = 'inputs.json'

/** Writes `apps/<name>/dist/bundle` from what the compiler made, unless nothing has changed since. Names stay readable: stacks show them. */
export async function bundleApp(root, name) {
  const dist = join(root, 'apps', name, 'dist')
  const folder = join(dist, 'bundle')
  if (isFresh(root, folder)) return
  // Not before: a fresh checkout has no packages yet.
  const { build, stop } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(dist, 'main.js')],
    outdir: folder,
    bundle: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'error',
    banner: { js: BANNER },
    external: NOT_BUNDLED.flatMap((dependency) => [dependency, `${dependency}/*`]),
    // Its process would stay for as long as whoever builds and then runs.
  }).finally(stop)
  const written = new Set(Object.keys(metafile.outputs).map((path) => relative(folder, join(root, path))))
  writeFileSync(join(folder, INPUTS), JSON.stringify(Object.keys(metafile.inputs)))
  for (const file of readdirSync(folder)) if (!written.has(file) && file !== INPUTS) rmSync(join(folder, file))
}

/** Whether nothing that went into the bundle is younger than it. */
function isFresh(root, folder) {
  const list = join(folder, INPUTS)
  if (!existsSync(list)) return false
  const madeMs = statSync(list).mtimeMs
  const inputs = [
    ...JSON.parse(readFileSync(list, 'utf8')).map((path) => join(root, path)),
    fileURLToPath(import.meta.url),
  ]
  return inputs.every((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) <= madeMs)
}
