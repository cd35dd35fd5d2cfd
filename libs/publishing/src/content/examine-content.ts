import type { HttpMethod, PagingDefinition, ParamDefinition } from '@penstock/contracts'
import type { Fault } from '@penstock/errors'
import { normalisePath, type PathPattern } from '@penstock/routing'
import { compileTemplate, type DeclaredParameter, type DialectName, type SqlProgram } from '@penstock/sql-template'
import { agreementFaults, agreementWarnings } from './check-agreement.js'
import { pagingFaults } from './check-paging.js'
import { mentions, type LibraryMacro } from './mentioned-macros.js'

/** What is about to be published, or only to be looked at. */
export interface Content {
  readonly method: HttpMethod
  /** Left out: there is no path yet, and nothing about it is checked. */
  readonly path: string | undefined
  readonly content: string
  readonly params: readonly ParamDefinition[]
  /** Of SCRIPT only path and parameters are looked at here: compileScripts reads the texts. */
  readonly engine: 'SQL' | 'SCRIPT'
  /** Null, or left out: all rows are handed out at once. */
  readonly paging?: PagingDefinition | null
  readonly dialect: DialectName
  /** Those that the text may call, in order; a later one of the same name wins. */
  readonly macros: readonly LibraryMacro[]
  /** Macros in scope that cannot be used yet: named when that is why a call is not known. */
  readonly unpublishedMacros: readonly string[]
  readonly lengthMax: number
}

/** What can be known without a data source. `program` and `pattern` are there as far as their part has no fault. */
export interface Examined {
  readonly program: SqlProgram | undefined
  readonly pattern: PathPattern | undefined
  readonly errors: readonly Fault[]
  readonly warnings: readonly Fault[]
}

/** Compiles and compares everything that needs no data source, and names all faults at once. */
export function examineContent(given: Content): Examined {
  const path = examinePath(given.path)
  const template = given.engine === 'SQL' ? examineTemplate(given) : { program: undefined, errors: [] }
  const agreement = { pattern: path.pattern, params: given.params, used: template.program?.parameters }
  return {
    program: template.program,
    pattern: path.pattern,
    errors: [...path.errors, ...template.errors, ...agreementFaults(agreement), ...pagingFaults(given)],
    warnings: [...agreementWarnings(agreement), ...bodyWarnings(given)],
  }
}

function examinePath(path: string | undefined): { pattern: PathPattern | undefined; errors: Fault[] } {
  if (path === undefined) return { pattern: undefined, errors: [] }
  const normalised = normalisePath(path)
  if (normalised.ok) return { pattern: normalised.pattern, errors: [] }
  return {
    pattern: undefined,
    errors: normalised.faults.map((words) => ({ field: 'path', message: `The path ${words}` })),
  }
}

function examineTemplate(given: Content): { program: SqlProgram | undefined; errors: Fault[] } {
  if (given.content.trim() === '')
    return { program: undefined, errors: [{ field: 'content', message: 'The template is empty' }] }
  const compiled = compileTemplate(given.content, {
    dialect: given.dialect,
    macros: given.macros.map(({ name, content }) => ({ name, source: content })),
    params: given.params.map(declared),
    sourceLengthMax: given.lengthMax,
  })
  if (compiled.ok) return { program: compiled.program, errors: [] }
  const unpublished = given.unpublishedMacros.filter((name) => mentions(given.content, name))
  return {
    program: undefined,
    errors: [
      ...unpublished.map((name) => ({
        field: 'content',
        message: `The macro ${name} must be published before it can be used`,
      })),
      ...compiled.faults.map(({ message, line, column }) => ({ field: 'content', message, line, column })),
    ],
  }
}

/** What the compiler wants to know of a definition. */
export function declared({
  name,
  data_type,
  required,
  enum: words,
  default_value,
}: ParamDefinition): DeclaredParameter {
  return {
    name,
    type: data_type,
    required,
    ...(words === undefined ? {} : { enum: words }),
    ...(default_value === undefined ? {} : { default: default_value }),
  }
}

function bodyWarnings({ method, params }: Content): Fault[] {
  if (method !== 'GET') return []
  return params.flatMap(({ name, location }, at) =>
    location === 'body'
      ? [
          {
            field: `params[${at}].location`,
            message: `The parameter ${name} is read from the body, which many clients do not send with GET`,
          },
        ]
      : [],
  )
}
