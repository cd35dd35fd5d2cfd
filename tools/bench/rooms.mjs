import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const FUNCTIONS_SHOWN = 25
const NATIVE = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(program)', 'node itself'],
])

/** Where the time of a CPU profile went: by room of the house, then by function; shares of the busy time. */
export function roomsOf(file, root) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const rooms = new Map()
  const functions = new Map()
  let busy = 0
  samples.forEach((id, index) => {
    const frame = byId.get(id).callFrame
    if (frame.functionName === '(idle)') return
    const spent = timeDeltas[index]
    const room = roomOf(frame)
    busy += spent
    add(rooms, room, spent)
    add(functions, `${room}: ${frame.functionName || '(anonymous)'}`, spent)
  })
  return [
    '',
    `Where the gateway's processor time went (${relative(root, file)} opens in any profile viewer)`,
    '',
    ...shares(rooms, busy, rooms.size),
    '',
    ...shares(functions, busy, FUNCTIONS_SHOWN),
  ].join('\n')
}

function roomOf({ functionName, url }) {
  if (NATIVE.has(functionName)) return NATIVE.get(functionName)
  const own = /\/(libs|apps)\/([^/]+)\/(dist|src)\//.exec(url)
  if (own !== null) return `${own[1]}/${own[2]}`
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)
  if (library !== null) return library[1]
  return url === '' ? 'system calls and built-ins' : url.replace(/^(node:(?:internal\/)?[^/]+).*$/, '$1')
}

function add(map, key, amount) {
  map.set(key, (map.get(key) ?? 0) + amount)
}

function shares(map, whole, count) {
  return [...map]
    .sort(([, left], [, right]) => right - left)
    .slice(0, count)
    .filter(([, spent]) => spent / whole >= 0.002)
    .map(([name, spent]) => `${((spent / whole) * 100).toFixed(1).padStart(5)} %  ${name}`)
}
