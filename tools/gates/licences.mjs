import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from './packages.mjs'

// What may be shipped with an Apache-2.0 product without further duties than naming the authors.
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
  'CC0-1.0',
])

/** Production packages by path whose licence was read by a person, with what was found. */
const READ_BY_A_PERSON = new Map([
  // Its Readme.md holds the MIT licence; its package.json names none.
  ['node_modules/pause', 'MIT'],
])

/** No production dependency has a licence outside the allow-list. */
export function licences(root) {
  const packages = Object.entries(readJson(join(root, 'package-lock.json')).packages).filter(
    ([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link,
  )
  const faults = packages
    .map(([path, entry]) => [path, licenceOf(root, path, entry)])
    .filter(([, licence]) => !isAllowed(licence))
    .map(([path, licence]) => `${path.replace(/.*node_modules\//, '')}: ${licence ?? 'no licence named'}`)
  return { read: `${packages.length} packages`, faults }
}

function licenceOf(root, path, { license }) {
  const read = READ_BY_A_PERSON.get(path)
  if (read !== undefined) return read
  if (typeof license === 'string') return license
  // The lock file leaves out what old packages say as an object or a list.
  const manifest = join(root, path, 'package.json')
  if (!existsSync(manifest)) return undefined
  const installed = readJson(manifest)
  return installed.license?.type ?? installed.license ?? installed.licenses?.map(({ type }) => type).join(' OR ')
}

function isAllowed(licence) {
  if (typeof licence !== 'string') return false
  const words = licence.replace(/[()]/g, '')
  if (words.includes(' AND ')) return words.split(' AND ').every(isAllowed)
  if (words.includes(' OR ')) return words.split(' OR ').some(isAllowed)
  return ALLOWED.has(words.trim())
}
