import type { Candidate } from './candidate.js'
import type { Variable } from './candidates.js'
import type { Setting } from './samples.js'

/** Up to this many combinations of what decides a pair of conditions are all tried. */
const PRODUCT_MAX = 256

/** Everything present, everything absent, and each value alone against both. */
export function* singleSettings(variables: readonly Variable[]): Generator<Setting> {
  const backgrounds = backgroundsOf(variables)
  yield* backgrounds
  for (const background of backgrounds) {
    for (const variable of variables) {
      for (const candidate of variable.candidates) yield changed(background, [{ ...variable, candidate }])
    }
  }
}

/** All combinations of some variables, with the others all present and all absent. */
export function* combinedSettings(variables: readonly Variable[], deciding: readonly Variable[]): Generator<Setting> {
  for (const background of backgroundsOf(variables)) {
    for (const changes of combinations(deciding)) yield changed(background, changes)
  }
}

/** All combinations of everything, as far as somebody goes on asking. */
export function* allSettings(variables: readonly Variable[]): Generator<Setting> {
  for (const changes of combinations(variables, Number.MAX_SAFE_INTEGER)) yield changes
}

/** All combinations of each pair of variables, the nearest ones first. */
export function* pairSettings(variables: readonly Variable[]): Generator<Setting> {
  for (let distance = 1; distance < variables.length; distance += 1) {
    for (let index = 0; index + distance < variables.length; index += 1) {
      yield* combinedSettings(
        variables,
        [variables[index], variables[index + distance]].flatMap((variable) => variable ?? []),
      )
    }
  }
}

function backgroundsOf(variables: readonly Variable[]): readonly Setting[] {
  return [pick(variables, firstOf), pick(variables, lastOf)]
}

/** The ordinary value is the first candidate, absence the last one. */
const firstOf = (candidates: readonly Candidate[]): Candidate | undefined => candidates[0]
const lastOf = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.find((candidate) => candidate.kind === 'absent') ??
  candidates.find((candidate) => candidate.kind === 'value' && candidate.value === false) ??
  candidates[0]

function pick(
  variables: readonly Variable[],
  choose: (candidates: readonly Candidate[]) => Candidate | undefined,
): Setting {
  return variables.flatMap(({ path, candidates }) => {
    const candidate = choose(candidates)
    return candidate === undefined ? [] : [{ path, candidate }]
  })
}

function changed(background: Setting, changes: Setting): Setting {
  return background.map((entry) => changes.find((change) => change.path === entry.path) ?? entry)
}

function* combinations(variables: readonly Variable[], max = PRODUCT_MAX): Generator<Setting> {
  const total = variables.reduce((product, { candidates }) => product * candidates.length, 1)
  for (let number = 0; number < Math.min(total, max); number += 1) {
    let rest = number
    yield variables.flatMap(({ path, candidates }) => {
      const candidate = candidates[rest % candidates.length]
      rest = Math.floor(rest / candidates.length)
      return candidate === undefined ? [] : [{ path, candidate }]
    })
  }
}
