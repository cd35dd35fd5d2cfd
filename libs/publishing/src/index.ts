export { apiEntryOf, apiFacts, type ApiFacts } from './entries/api-entry.js'
export {
  clientEntryOf,
  clientFacts,
  groupEntryOf,
  groupFacts,
  type ClientFacts,
  type GroupFacts,
} from './entries/caller-entries.js'
export {
  datasourceEntryOf,
  datasourceFacts,
  keyEntryOf,
  keyFacts,
  type DatasourceFacts,
  type KeyFacts,
  type Resealer,
} from './entries/sealed-entries.js'
export { analyseStatement, type StatementAnalysis } from './proof/analyse-statement.js'
export { proveShapes, type Proof, type ProofRequest, type ShapeText, type TemplatePlace } from './proof/prove-shapes.js'
export { builtEntry, type BuiltEntry } from './snapshot/built-entry.js'
export { countsAfter, deltaOf, isEmpty, NO_DELTA, tally, type Delta, type NamedEntry } from './snapshot/delta.js'
export { builtShard, nextManifest, type BuiltShard, type ManifestChange } from './snapshot/next-manifest.js'
export { suspiciousShrink, type Shrink } from './snapshot/shrink.js'
export { type Revision, type SnapshotChanges, type TouchOptions } from './snapshot-changes.js'
export { lineDiff, type DiffLine } from './versions/line-diff.js'
export { rollbackTarget, type HistoryStep } from './versions/rollback-target.js'
export { fieldChanges, sameVersion, type FieldChange, type VersionedPart } from './versions/same-version.js'
export { blockNames, mentionedMacros, mentions, type LibraryMacro } from './content/mentioned-macros.js'
export { declared, examineContent, type Content, type Examined } from './content/examine-content.js'
export { proveContent, type ProofCounts, type ProofOfContent, type ProvenContent } from './content/prove-content.js'
export { checkScriptMacro, checkScripts, type ScriptChecker } from './scripts/check-scripts.js'
export {
  compileScripts,
  SCRIPT_CHARACTERS_MAX,
  type CompiledScript,
  type CompiledScripts,
  type ScriptTexts,
  type ScriptTextsPlan,
} from './scripts/compile-scripts.js'
export { plainScript, type PlainScript, type ScriptForm, type ScriptTextFault } from './scripts/plain-script.js'
