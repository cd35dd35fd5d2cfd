export { type ScriptBudget } from './script-budget.js'
export { type ScriptEnd, type ScriptOutcome, type ScriptThrow, type ScriptUsage } from './script-outcome.js'
export {
  type HostRequest,
  type LogLevel,
  type ScriptFault,
  type ScriptFile,
  type ScriptHost,
  type ScriptJob,
  type ScriptProgram,
  type ScriptRole,
  type ScriptRunner,
  type ScriptStep,
} from './script-runner.js'
