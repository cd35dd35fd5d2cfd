import type { DeclaredParameter, SqlProgram } from '../program.js'
import type { Candidate } from './candidate.js'
import { ELEMENT, type Path } from './paths.js'

const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  string: ['sample'],
  integer: [1],
  number: [1.5],
  boolean: [true, false],
  array: [['sample']],
  object: [{ sample: 1 }],
  date: ['2024-01-31'],
  datetime: ['2024-01-31T12:00:00Z'],
  uuid: ['00000000-0000-4000-8000-000000000000'],
}

/** Values that a parameter may well have, the ordinary one first. */
export function sampleValues(declared: DeclaredParameter | undefined): readonly unknown[] {
  const { type, enum: allowed = [], default: fallback } = declared ?? {}
  const ordinary = allowed.length > 0 ? allowed : (SAMPLES[type ?? 'string'] ?? [])
  return fallback === undefined || fallback === null ? ordinary : [...ordinary, fallback]
}

/** One candidate for each path that decides something. */
export type Setting = readonly { readonly path: Path; readonly candidate: Candidate }[]

interface Branch {
  candidate: Candidate | undefined
  readonly children: Map<string, Branch>
}

/** The values of a call that has this setting; every other parameter gets an ordinary value, `untyped` when its type is not declared. */
export function valuesOf(program: SqlProgram, setting: Setting, untyped: unknown): Record<string, unknown> {
  const root: Branch = { candidate: undefined, children: new Map() }
  for (const { path, candidate } of setting) {
    let branch = root
    for (const key of path) {
      const child: Branch = branch.children.get(key) ?? { candidate: undefined, children: new Map() }
      branch.children.set(key, child)
      branch = child
    }
    branch.candidate = candidate
  }
  const declared = new Map(program.declared.map((parameter) => [parameter.name, parameter]))
  const entries = program.parameters.map(({ name }): [string, unknown] => {
    const branch = root.children.get(name)
    const type = declared.get(name)
    const ordinary = type?.type === undefined && type?.enum === undefined ? untyped : sampleValues(type)[0]
    return [name, branch === undefined ? ordinary : build(branch, ordinary)]
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function build(branch: Branch, ordinary: unknown): unknown {
  const { candidate, children } = branch
  if (candidate?.kind === 'absent') return undefined
  const element = children.get(ELEMENT)
  if (candidate?.kind === 'list' || element !== undefined) {
    if (candidate?.kind === 'value') return candidate.value
    const length = candidate?.kind === 'list' ? candidate.length : 1
    return Array.from({ length }, () => (element === undefined ? 'sample' : build(element, 'sample')))
  }
  if (children.size > 0) {
    const entries = [...children].map(([key, child]): [string, unknown] => [key, build(child, ordinary)])
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  return candidate === undefined ? ordinary : candidate.value
}
