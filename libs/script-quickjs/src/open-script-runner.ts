import type { ScriptRunner } from '@penstock/script'
import { availableParallelism } from 'node:os'
import type { Setup } from './protocol/messages.js'
import type { ScriptRunnerOptions, WeakenedOptions } from './runner/options.js'
import { ScriptPool } from './runner/pool.js'
import { Threads } from './runner/threads.js'
import { WaitingRoom } from './runner/waiting-room.js'

const MEMORY_BYTES_MAX = 64 * 1024 * 1024
const QUEUE_MAX = 1_000
const THREAD_IDLE_MS = 30_000

/** Opens the engine; its process starts with the first job. */
export function openScriptRunner(options: ScriptRunnerOptions): ScriptRunner {
  return openWeakenedRunner({ ...options, withoutDefences: [] })
}

/** Links to other names are not known to all that read the variable TZ. Throws a RangeError for a name that is no zone's. */
function canonicalZone(timeZone: string): string {
  return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone
}

/** The same with some of its defences off, to show in a test what each holds back. */
export function openWeakenedRunner(options: WeakenedOptions): ScriptRunner {
  const instancesMax = options.instancesMax ?? Math.max(4, 2 * availableParallelism())
  const without = new Set(options.withoutDefences)
  const timeZone = options.timeZone ?? 'UTC'
  const setup: Setup = {
    prelude: options.prelude,
    extraModules: [...(options.extraModules ?? [])],
    memoryBytesMax: options.memoryBytesMax ?? MEMORY_BYTES_MAX,
    timeZone,
    processTimeZone: canonicalZone(timeZone),
    withoutDefences: [...without],
  }
  const threadLimits = { threadsMax: instancesMax, idleMs: options.threadIdleMs ?? THREAD_IDLE_MS }
  const threads: Threads = new Threads(setup, threadLimits, {
    free: () => {
      room.serve()
    },
    frame: (frame) => {
      pool.hear(frame)
    },
    threadGone: (slot, how) => {
      pool.threadGone(slot, how)
      room.serve()
    },
    hostGone: (jobsLost, detail) => options.observe?.({ kind: 'script-host.lost', jobsLost, detail }),
    broken: (why) => {
      options.observe?.({ kind: 'script-host.broken', why })
      room.close({ kind: 'broken', why })
    },
    hostStarted: (pid, tookMs) => options.observe?.({ kind: 'script-host.started', pid, tookMs }),
  })
  const limits = { instancesMax, waitingMax: options.queueMax ?? QUEUE_MAX, isFair: !without.has('fairness') }
  const room = new WaitingRoom(threads, limits)
  const pool = new ScriptPool(threads, room, options, without)
  return pool
}
