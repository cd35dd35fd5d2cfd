export { answerWork } from './answer-work.js'
export { CallSignal } from './call-signal.js'
export {
  newTrace,
  type AnswerStream,
  type Call,
  type CallAnswer,
  type CallBody,
  type CallCache,
  type CallHead,
  type CallPorts,
  type CallSettings,
  type CallTrace,
  type StreamHead,
} from './call.js'
export { compileSnapshot, type CompileOutcome, type SnapshotChange } from './compile-snapshot.js'
export {
  type ApiPlan,
  type ClientPlan,
  type CompiledSnapshot,
  type ConnectionOverrides,
  type DatasourcePlan,
  type KeyPlan,
  type RateTemplate,
} from './compiled-snapshot.js'
export { compileDatasource } from './compile-entries.js'
export { executeSql, renderStatements, type ExecutionFact, type SqlExecution } from './execute-sql.js'
export { findPlan, type RoutedCall } from './find-plan.js'
export { grantToken, type GrantedToken, type GrantOptions, type TokenRequest } from './grant-token.js'
export { type CallParams } from './read-call-params.js'
export { Refreshes } from './refreshes.js'
export { runCall } from './run-call.js'
export { type ScriptLine, type ScriptPorts } from './script/script-ports.js'
export {
  HttpRefused,
  type ScriptCache,
  type ScriptHttp,
  type NamedConnection,
  type ScriptHttpRequest,
  type ScriptHttpResponse,
} from './script/script-services.js'
export { type Allowance, type ScriptSettings } from './script/script-settings.js'
export { type PrepareTexts } from './settle-on-first-use.js'
export { castablePlaceholders, loadSqlUnit, type SqlUnit, type Verdict } from './sql-unit.js'
