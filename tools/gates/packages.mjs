import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Every package of the workspace that the root's `workspaces` name: its folder, package.json and name. */
export function workspacePackages(root) {
  const { workspaces } = readJson(join(root, 'package.json'))
  return workspaces
    .flatMap((pattern) => (pattern.endsWith('/*') ? foldersOf(root, pattern.slice(0, -2)) : [pattern]))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const manifest = readJson(join(root, folder, 'package.json'))
      return { folder, manifest, name: manifest.name }
    })
}

/** Every file below these folders whose name matches, as paths relative to `root`; built and installed ones are left out. */
export function filesBelow(root, folders, pattern) {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true })
        .map((file) => join(folder, file))
        .filter((file) => pattern.test(file) && !/(^|\/)(node_modules|dist|fixtures)\//.test(file)),
    )
}

export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

const foldersOf = (root, group) =>
  existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(group, name)) : []
