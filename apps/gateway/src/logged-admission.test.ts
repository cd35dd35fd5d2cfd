import { localAdmissionStore } from '@penstock/limits-local'
import { expect, it } from 'vitest'
import { loggedAdmission } from './logged-admission.js'

it('tells who takes, is refused and gives back a place, and decides nothing itself', async () => {
  const lines: string[] = []
  const store = loggedAdmission(localAdmissionStore(), {
    info: (message, fields) => lines.push(`${message} ${String(fields?.['caller'])}`),
  })
  const request = { caller: 'ip:1', concurrency: [{ key: 'ip:1', limit: 1 }], rates: [], whenAway: 'local' } as const
  const first = await store.admit(request)
  expect((await store.admit(request)).kind).toBe('concurrency')
  if (first.kind === 'admitted') first.release()
  expect((await store.admit(request)).kind).toBe('admitted')
  expect(lines).toEqual([
    'limits.admitted ip:1',
    'limits.concurrency ip:1',
    'limits.released ip:1',
    'limits.admitted ip:1',
  ])
  await store.close()
})
