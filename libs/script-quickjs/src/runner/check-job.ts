import type { ScriptFault, ScriptProgram, ScriptRole } from '@penstock/script'
import { FRAME, type Frame } from '../protocol/frame.js'
import { checkedHead } from '../protocol/ends.js'
import type { CheckHead } from '../protocol/messages.js'
import type { JobWire, Leave } from './active-job.js'

// 100 KB of source compile in 12 ms (measured); what takes longer than this was written to.
const CHECK_MS = 2_000

/** One program being compiled on a thread. */
export class CheckJob {
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(
    private readonly number: number,
    private readonly role: ScriptRole,
    private readonly program: ScriptProgram,
    private readonly wire: JobWire,
    private readonly events: { ended(faults: readonly ScriptFault[]): void; left(how: Leave): void },
  ) {}

  start(): void {
    const { file, macros } = this.program
    const head: CheckHead = { role: this.role, file, macros: [...macros] }
    this.wire.send(FRAME.check, this.number, 0, [JSON.stringify(head)])
    this.#timer = setTimeout(() => {
      this.#over([faultIn(this.program, 'the script takes too long to compile')], 'stuck')
    }, CHECK_MS)
  }

  hear(frame: Frame): void {
    if (frame.kind !== FRAME.checked) return
    const faults = checkedHead.parse(JSON.parse(frame.texts[0] ?? '[]'))
    this.#over(
      faults.map(({ file, message, line, column }) => ({ file, message, line, column })),
      'free',
    )
  }

  lost(): void {
    this.#over([faultIn(this.program, 'the script ended the engine that compiled it')], 'stuck')
  }

  #over(faults: readonly ScriptFault[], how: Leave): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.events.ended(faults)
    this.events.left(how)
  }
}

/** A fault of the program as a whole. */
export function faultIn(program: ScriptProgram, message: string): ScriptFault {
  return { file: program.file.name, message, line: undefined, column: undefined }
}
