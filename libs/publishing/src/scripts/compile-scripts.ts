import { bodyHash, canonicalJson, type ParamDefinition, type ScriptPlan, type ScriptUnit } from '@penstock/contracts'
import type { Fault } from '@penstock/errors'
import type { ScriptRole } from '@penstock/script'
import type { LibraryMacro } from '../content/mentioned-macros.js'
import { plainScript } from './plain-script.js'
import { doubleName, macrosFor, readMacros, type ReadMacro } from './script-macros.js'
import { scriptNames } from './script-names.js'

/** Characters of one script, and of all that one API carries to every gateway, macros included. */
export const SCRIPT_CHARACTERS_MAX = 262_144
const API_CHARACTERS_MAX = 1_048_576

/** A macro that is a draft alone: named when that is why a name is not known. */
export type DraftMacro = Pick<LibraryMacro, 'name' | 'content'>

/** The scripts of a draft or a version, and what they may use. */
export interface ScriptTexts {
  /** The API's own script; undefined when its engine is another. */
  readonly main: string | undefined
  /** Names the script in what it throws. */
  readonly path: string | undefined
  readonly params: readonly ParamDefinition[]
  readonly transform: string | null
  /** In order; of two that declare the same name the later one counts. */
  readonly macros: readonly LibraryMacro[]
  readonly unpublished: readonly DraftMacro[]
}

/** A script that can be read. */
export interface CompiledScript {
  /** Where its text stands in the API: `content`, `params[2].validation_script`. */
  readonly field: string
  readonly role: ScriptRole
  readonly unit: ScriptUnit
}

/** What a plan holds of scripts without what is live or set beside the texts. */
export type ScriptTextsPlan = Pick<ScriptPlan, 'main' | 'validators' | 'transform'>

export interface CompiledScripts {
  /** Undefined when there is no script at all, so that such APIs keep the entry that they have. */
  readonly plan: ScriptTextsPlan | undefined
  readonly scripts: readonly CompiledScript[]
  /** The published macros that are in it, each once. */
  readonly usedMacros: readonly LibraryMacro[]
  readonly errors: readonly Fault[]
}

interface ScriptText {
  readonly field: string
  readonly role: ScriptRole
  readonly name: string
  readonly text: string
}

/** Takes out types, finds the macros by the names that are used, and makes what gateways run. Names every fault at once. */
export function compileScripts(given: ScriptTexts): CompiledScripts {
  const library = readMacros(given.macros)
  const drafts = readMacros(given.unpublished)
  const compiled = textsOf(given).map((text) => compileText(text, library, drafts))
  const scripts = compiled.flatMap(({ script }) => script ?? [])
  const size = scripts.reduce((sum, { unit }) => sum + charactersOf(unit), 0)
  const tooMuch: Fault[] =
    size <= API_CHARACTERS_MAX
      ? []
      : [
          {
            field: 'content',
            message: `The scripts of the API and their macros have ${size} characters; at most ${API_CHARACTERS_MAX} are possible`,
          },
        ]
  return {
    plan: planOf(given, scripts),
    scripts,
    usedMacros: [...new Set(compiled.flatMap(({ macros }) => macros))],
    errors: [...compiled.flatMap(({ errors }) => errors), ...tooMuch],
  }
}

function textsOf({ main, path, params, transform }: ScriptTexts): ScriptText[] {
  const validators = params.flatMap(({ name, validation_script: text }, at): ScriptText[] =>
    text === undefined
      ? []
      : [{ field: `params[${at}].validation_script`, role: 'validator', name: `validator of ${name}`, text }],
  )
  return [
    ...(main === undefined ? [] : [{ field: 'content', role: 'api' as const, name: path ?? 'script', text: main }]),
    ...validators,
    ...(transform === null
      ? []
      : [{ field: 'result_transform', role: 'transform' as const, name: 'transform', text: transform }]),
  ]
}

interface CompiledText {
  readonly script?: CompiledScript
  readonly macros: readonly LibraryMacro[]
  readonly errors: readonly Fault[]
}

function compileText(
  { field, role, name, text }: ScriptText,
  library: readonly ReadMacro<LibraryMacro>[],
  drafts: readonly ReadMacro<DraftMacro>[],
): CompiledText {
  const refused = (fault: Fault): CompiledText => ({ macros: [], errors: [{ field, ...fault }] })
  if (text.trim() === '') return refused({ message: 'The script is empty' })
  if (text.length > SCRIPT_CHARACTERS_MAX) {
    return refused({
      message: `The script has ${text.length} characters; at most ${SCRIPT_CHARACTERS_MAX} are possible`,
    })
  }
  const plain = plainScript(text, 'file')
  if (!plain.ok) return refused(placed(plain.fault))
  const { free } = scriptNames(plain.tree, 'file')
  const used = macrosFor(free, library)
  const missing = macrosFor(unknownNames(free, used), drafts)
  const double = doubleName(used)
  const errors: Fault[] = [
    ...missing.map(({ macro }) => ({
      field,
      message: `The macro ${macro.name} must be published before it can be used`,
    })),
    ...(double === undefined
      ? []
      : [{ field, message: `The macros ${double.first.name} and ${double.second.name} both declare ${double.name}` }]),
  ]
  const file = { name, source: plain.source }
  const macros = used.map(({ macro, source }) => ({ name: `macro ${macro.name}`, source }))
  const unit = { hash: bodyHash(canonicalJson({ file, macros })), file, macros }
  return { script: { field, role, unit }, macros: used.map(({ macro }) => macro), errors }
}

function unknownNames(free: ReadonlySet<string>, used: readonly ReadMacro<LibraryMacro>[]): string[] {
  const known = new Set(used.flatMap(({ names }) => [...names.declared]))
  const needed = [...free, ...used.flatMap(({ names }) => [...names.free])]
  return needed.filter((name) => !known.has(name))
}

function planOf({ params }: ScriptTexts, scripts: readonly CompiledScript[]): ScriptTextsPlan | undefined {
  if (scripts.length === 0) return undefined
  const unitOf = (field: string) => scripts.find((script) => script.field === field)?.unit
  const main = unitOf('content')
  const transform = unitOf('result_transform')
  return {
    ...(main === undefined ? {} : { main }),
    validators: params.flatMap(({ name, message_when_fail: message = null }, at) => {
      const unit = unitOf(`params[${at}].validation_script`)
      return unit === undefined ? [] : [{ param: name, message, unit }]
    }),
    ...(transform === undefined ? {} : { transform }),
  }
}

function charactersOf({ file, macros }: ScriptUnit): number {
  return [file, ...macros].reduce((sum, { source }) => sum + source.length, 0)
}

/** A fault without the places that are not known. */
export function placed({
  message,
  line,
  column,
}: {
  readonly message: string
  readonly line: number | undefined
  readonly column: number | undefined
}): Fault {
  return { message, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) }
}
