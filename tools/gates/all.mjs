import { cycles } from './cycles.mjs'
import { documents } from './documents.mjs'
import { fileLength } from './file-length.mjs'
import { formatting } from './formatting.mjs'
import { licences } from './licences.mjs'
import { lint } from './lint.mjs'
import { plantedViolations } from './planted.mjs'
import { readmes } from './readmes.mjs'
import { references } from './references.mjs'
import { types } from './types.mjs'
import { unused } from './unused.mjs'

/** Every gate in the order of running: each takes the root folder and gives what it read and what it found. */
export const GATES = [
  ['project references', references],
  ['types', types],
  ['formatting', formatting],
  ['layers, planes and code rules', lint],
  ['import cycles', cycles],
  ['file length', fileLength],
  ['unused files, exports, dependencies', unused],
  ['licences', licences],
  ['generated documents', documents],
  ['a README per lib', readmes],
  ['planted violations', plantedViolations],
]
