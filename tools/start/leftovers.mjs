// One starter per folder, and nothing left behind by one that was killed.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Fault } from '../services/fault.mjs'
import { commandOf } from '../services/process-command.mjs'

/**
 * The record, in `file`, of who runs here. `claim` refuses while another starter runs and ends the processes that a killed one left;
 * `note` adds a child, `release` forgets all.
 */
export function runRecord(file) {
  let record = { starter: process.pid, children: [] }
  const save = () => writeFileSync(file, JSON.stringify(record))
  return {
    async claim() {
      const before = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined
      if (before !== undefined && before.starter !== process.pid && isStarter(before.starter)) {
        throw new Fault(
          `Penstock already runs here (process ${before.starter}).`,
          `Use that one, or stop it: kill ${before.starter}`,
        )
      }
      for (const child of before?.children ?? []) await end(child)
      save()
    },
    note(pid, program) {
      record = {
        ...record,
        children: [...record.children.filter((child) => child.program !== program), { pid, program }],
      }
      save()
    },
    release: () => rmSync(file, { force: true }),
  }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// Ids are used again: only a process that runs our program is ours.
const isStarter = (pid) => commandOf(pid)?.includes('start.mjs') === true

const END_MS_MAX = 10_000

async function end({ pid, program }) {
  const isOurs = () => commandOf(pid)?.includes(program) === true
  if (!isOurs()) return
  process.kill(pid, 'SIGTERM')
  const deadline = performance.now() + END_MS_MAX
  while (isOurs()) {
    if (performance.now() > deadline) process.kill(pid, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
