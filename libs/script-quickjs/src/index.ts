export { openScriptRunner } from './open-script-runner.js'
export { type ScriptEngineFact, type ScriptRunnerOptions } from './runner/options.js'
