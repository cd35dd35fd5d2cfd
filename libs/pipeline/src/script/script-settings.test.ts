import { expect, it } from 'vitest'
import { scriptBudget, type ScriptSettings } from './script-settings.js'

const MB = 1024 * 1024
const settings: ScriptSettings = {
  execTimeoutMs: { usual: 1_000, most: 2_000 },
  cpuMs: 500,
  memoryBytes: { usual: 16 * MB, most: 32 * MB },
  hostCalls: { usual: 10, most: 20 },
  hostBytes: { usual: 1_000, most: 2_000 },
  resultBytes: { usual: 1_000, most: 2_000 },
  logLines: { usual: 5, most: 10 },
  queueWaitMs: 300,
}

it('gives what is usual where the API says nothing', () => {
  expect(scriptBudget(settings, {}, 5_000)).toMatchObject({
    wallMs: 1_000,
    cpuMs: 500,
    memoryBytes: 16 * MB,
    hostCallsMax: 10,
    logLinesMax: 5,
    queueWaitMs: 300,
  })
})

it('gives what the API asks for, more or less, but never more than the process allows', () => {
  const limits = {
    exec_timeout_ms: 1_500,
    memory_mb: 64,
    host_calls: 0,
    host_bytes: 5_000,
    result_bytes: 10,
    log_lines: 7,
  }
  expect(scriptBudget(settings, limits, 5_000)).toMatchObject({
    wallMs: 1_500,
    memoryBytes: 32 * MB,
    hostCallsMax: 0,
    hostBytesMax: 2_000,
    resultBytesMax: 10,
    logLinesMax: 7,
  })
})

it('ends with the time that the call has left', () => {
  expect(scriptBudget(settings, {}, 200)).toMatchObject({ wallMs: 200, cpuMs: 200, queueWaitMs: 200 })
  expect(scriptBudget(settings, {}, 0)).toMatchObject({ wallMs: 1 })
})
