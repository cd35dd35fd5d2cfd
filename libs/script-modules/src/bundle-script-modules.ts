import { SettingsError } from '@penstock/app-config'
import { isBuiltin } from 'node:module'
import type * as Esbuild from 'esbuild'

// An instance of the engine reads it when a script imports it: lodash-es has 640 KB, date-fns 260 KB.
const BUNDLE_BYTES_MAX = 2 * 1024 * 1024
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/

/**
 * Each package as one ES module by its name, with all that it imports in it, found as a program in `folder` would find it. Only pure JavaScript can
 * be used: what needs Node, a browser or machine code is refused. Throws a SettingsError for the first that cannot be used.
 */
export async function bundleScriptModules(
  names: readonly string[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const bundles = new Map<string, string>()
  if (names.length === 0) return bundles
  // Loaded only where it is used: most installations name no packages, and it starts a process of its own.
  const esbuild = await import('esbuild')
  try {
    for (const name of names) bundles.set(name, await bundle(esbuild, name, folder))
    return bundles
  } finally {
    await esbuild.stop()
  }
}

type Bundler = Pick<typeof Esbuild, 'build'>

async function bundle(esbuild: Bundler, name: string, folder: string): Promise<string> {
  if (isBuiltin(name)) throw refused(name, 'is a part of Node, which scripts do not have')
  if (!PACKAGE_NAME.test(name)) {
    throw refused(name, 'is not the name of a package: give top-level names, as in lodash-es,date-fns')
  }
  const source = await build(esbuild, name, folder)
  const bytes = Buffer.byteLength(source)
  if (bytes > BUNDLE_BYTES_MAX) throw refused(name, `has ${bytes} bytes; at most ${BUNDLE_BYTES_MAX} are possible`)
  return source
}

async function build(esbuild: Bundler, name: string, folder: string): Promise<string> {
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [name],
      absWorkingDir: folder,
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['import', 'module', 'default'],
      target: 'es2022',
      minify: true,
      legalComments: 'inline',
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
    })
    return outputFiles[0]?.text ?? ''
  } catch (error) {
    if (isBuildFailure(error)) throw refused(name, reason(name, error.errors[0]))
    throw error
  }
}

function reason(name: string, fault: Esbuild.Message | undefined): string {
  const missing = /^Could not resolve "(?<what>[^"]*)"/.exec(fault?.text ?? '')?.groups?.['what']
  if (missing === name) return `is not installed: npm install ${name} where Penstock runs`
  if (missing !== undefined && isBuiltin(missing)) return `needs ${missing} of Node, which scripts do not have`
  return `cannot be bundled: ${fault?.text ?? 'nobody knows why'}`
}

function refused(name: string, why: string): SettingsError {
  return new SettingsError([`SCRIPT_EXTRA_MODULES: '${name}' ${why}`])
}

function isBuildFailure(error: unknown): error is Esbuild.BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
