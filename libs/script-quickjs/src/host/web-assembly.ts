export interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** A compiled module; threads share it without compiling again. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: 'WebAssembly.Module'
}

declare global {
  /** The little of WebAssembly that the host uses: Node has it, but its types come only with all those of browsers, which are not here. */
  var WebAssembly: {
    readonly Memory: new (descriptor: { initial: number; maximum: number }) => WasmMemory
    readonly Module: new (bytes: Uint8Array) => WasmModule
    readonly RuntimeError: new (message?: string) => Error
  }
}
