/**
 * What keeps a script in. Each can be taken away in a test that shows what it holds back; no setting reaches this.
 * - `interrupt`: the interpreter asks whether it may go on. `pump`: promise jobs run in small batches with a look at the clock between them.
 * - `watchdog`: the asking process ends threads that do not answer. `memory`: pages that the heap may grow by.
 * - `stack`: what the guest may nest, within an enlarged thread stack. `fresh`: a runtime per job. `intrinsics`: no code from text, no shared memory.
 * - `result`, `logs`, `calls`: budgets of what crosses. `fairness`: turns and shares in the queue.
 * - `suspension`: programs that had to be ended again and again wait.
 */
export const DEFENCES = [
  'interrupt',
  'pump',
  'watchdog',
  'memory',
  'stack',
  'fresh',
  'intrinsics',
  'result',
  'logs',
  'calls',
  'fairness',
  'suspension',
] as const

export type Defence = (typeof DEFENCES)[number]
