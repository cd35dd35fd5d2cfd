import type { WasmModule } from './web-assembly.js'

export interface WorkerData {
  readonly slot: number
  readonly module: WasmModule
  readonly settingsText: string
}

/** What the main thread of the host handed to one of its threads. */
export function workerDataOf(data: unknown): WorkerData {
  if (typeof data !== 'object' || data === null) throw new Error('no worker data')
  const { slot, module, settingsText } = { slot: undefined, module: undefined, settingsText: undefined, ...data }
  if (typeof slot !== 'number' || typeof settingsText !== 'string') throw new Error('worker data of another kind')
  return { slot, module: moduleOf(module), settingsText }
}

function moduleOf(value: unknown): WasmModule {
  if (value instanceof WebAssembly.Module) return value
  throw new Error('worker data without the compiled engine')
}
