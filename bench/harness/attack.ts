import { ATTACKS } from '@penstock/script/attacks'
import type { World } from './world.js'

/** What is published of one attack: equal scripts that differ in their names alone, so that a suspension of one says nothing of the next. */
export type Attack = readonly string[]

/** Publishes attacks by the beginnings of their names, `copies` times each, as public APIs of one module; gives their paths. */
export async function publishAttacks(
  { admin }: World,
  names: readonly string[],
  copies: number,
): Promise<readonly Attack[]> {
  const folder = await admin.create('modules', { name: 'hostile' })
  return Promise.all(
    names.map((name, kind) =>
      Promise.all(
        Array.from({ length: copies }, async (_, copy) => {
          const path = `attack-${kind}-${copy}`
          const settings = { execute_engine: 'SCRIPT', access_type: 'public', http_method: 'GET', params: [] }
          const content = `// ${path}\n${sourceOf(name)}`
          const { id } = await admin.create('apis', { module_id: folder.id, name: path, path, content, ...settings })
          await admin.create(`apis/${id}/publish`, {})
          return path
        }),
      ),
    ),
  )
}

function sourceOf(name: string): string {
  const attack = ATTACKS.find((one) => one.name.startsWith(`${name} `))
  if (attack === undefined) throw new Error(`no attack is named ${name}`)
  return attack.source
}

/** Calls the path so many times a second while `measure` runs. */
export async function underAttack<T>(
  { gateway }: World,
  path: string,
  perSecond: number,
  measure: () => Promise<T>,
): Promise<T> {
  const end = new AbortController()
  const running: Promise<unknown>[] = []
  // Who still waits for his answer at the end leaves; before that, no answer at all voids the run.
  const leave = (error: unknown): void => {
    if (!end.signal.aborted) throw error
  }
  const timer = setInterval(() => {
    const answer = fetch(`${gateway.url}/api/${path}`, { signal: end.signal })
    running.push(answer.then((head) => head.arrayBuffer(), leave))
  }, 1_000 / perSecond)
  try {
    return await measure()
  } finally {
    clearInterval(timer)
    end.abort()
    await Promise.all(running)
  }
}
