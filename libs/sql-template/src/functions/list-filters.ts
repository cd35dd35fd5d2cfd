import { RenderFault } from '../render-fault.js'
import { calculate } from '../values/arithmetic.js'
import { isEqual, order } from '../values/comparison.js'
import { isRecord, isTruthy, itemsOf, memberOf } from '../values/value.js'
import { plain, type Builtin, type Builtins } from './signature.js'

/** Jinja's filters for lists. None of them changes the list that it is given. */
export const LIST_FILTERS: Builtins = {
  first: plain((value) => itemsOf(value)[0]),
  last: plain((value) => itemsOf(value).at(-1)),
  list: plain((value) => [...itemsOf(value)]),
  reverse: plain((value) =>
    typeof value === 'string' ? [...value].reverse().join('') : [...itemsOf(value)].reverse(),
  ),
  sort: {
    params: ['reverse', 'case_sensitive', 'attribute'],
    run: (value, [reverse, caseSensitive, attribute]) => {
      const compare = byKey(sortKey(attribute, caseSensitive))
      // Equal items keep their order also when it goes backwards.
      return [...itemsOf(value)].sort(isTruthy(reverse) ? (left, right) => compare(right, left) : compare)
    },
  },
  unique: {
    params: ['case_sensitive', 'attribute'],
    run: (value, [caseSensitive, attribute]) => uniqueItems(itemsOf(value), sortKey(attribute, caseSensitive)),
  },
  min: extreme(-1),
  max: extreme(1),
  sum: {
    params: ['attribute', 'start'],
    run: (value, [attribute, start = 0]) =>
      itemsOf(value).reduce(
        (sum, item) => calculate(sum, '+', attribute === undefined ? item : memberOf(item, attribute)),
        start,
      ),
  },
  map: {
    params: ['attribute', 'default'],
    required: 1,
    run: (value, [attribute, fallback]) => itemsOf(value).map((item) => memberOf(item, attribute) ?? fallback),
  },
  selectattr: {
    params: ['attribute'],
    required: 1,
    run: (value, [key]) => itemsOf(value).filter((item) => isTruthy(memberOf(item, key))),
  },
  rejectattr: {
    params: ['attribute'],
    required: 1,
    run: (value, [key]) => itemsOf(value).filter((item) => !isTruthy(memberOf(item, key))),
  },
  select: plain((value) => itemsOf(value).filter(isTruthy)),
  reject: plain((value) => itemsOf(value).filter((item) => !isTruthy(item))),
  items: plain((value) => (isRecord(value) ? Object.entries(value) : [])),
}

type Key = (item: unknown) => unknown

function sortKey(attribute: unknown, caseSensitive: unknown): Key {
  return (item) => {
    const key = attribute === undefined ? item : memberOf(item, attribute)
    return typeof key === 'string' && !isTruthy(caseSensitive) ? key.toLowerCase() : key
  }
}

function byKey(key: Key): (left: unknown, right: unknown) => number {
  return (left, right) => {
    const difference = order(key(left), key(right))
    if (difference === undefined) throw new RenderFault('holds a null, so it cannot be sorted')
    return difference
  }
}

function uniqueItems(items: readonly unknown[], key: Key): unknown[] {
  const kept: unknown[] = []
  for (const item of items) {
    if (!kept.some((other) => isEqual(key(other), key(item)))) kept.push(item)
  }
  return kept
}

/** The smallest (-1) or largest (1) item; undefined of an empty list. */
function extreme(direction: -1 | 1): Builtin {
  return {
    params: ['case_sensitive', 'attribute'],
    run: (value, [caseSensitive, attribute]) => {
      const compare = byKey(sortKey(attribute, caseSensitive))
      const [head, ...rest] = itemsOf(value)
      return rest.reduce((best, item) => (Math.sign(compare(item, best)) === direction ? item : best), head)
    },
  }
}
