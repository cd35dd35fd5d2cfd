import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, workspacePackages } from './packages.mjs'

// What the generator of a new lib leaves for its author to say.
const UNFINISHED = /Say in one sentence|Public: …/

/** Every lib that has sources says in a README what it is, and none still says what the generator wrote. */
export function readmes(root) {
  const libs = workspacePackages(root).filter(({ folder }) => folder.startsWith('libs/'))
  const faults = libs.flatMap(({ folder }) => {
    const readme = join(root, folder, 'README.md')
    if (!existsSync(readme)) return [`${folder} has no README.md`]
    if (UNFINISHED.test(readFileSync(readme, 'utf8'))) return [`${folder}/README.md is still the generator's`]
    return filesBelow(root, [`${folder}/src`], /\.ts$/).length > 1 ? [] : [`${folder} has nothing in it`]
  })
  return { read: `${libs.length} libs`, faults }
}
