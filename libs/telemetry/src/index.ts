export { createLogger, type LogFields, type Logger, type LoggerOptions } from './logger.js'
export {
  openFaultReporter,
  type Fault,
  type FaultReporter,
  type FaultReporterOptions,
} from './faults/fault-reporter.js'
export { reportCalls } from './faults/report-calls.js'
export { logSink } from './log-sink.js'
export { prometheusSink, type PrometheusSink } from './prometheus-sink.js'
export { AccessRecordBatcher, type BatcherOptions, type Delivery } from './access-record-batcher.js'
export { accessRecordSink } from './access-record-sink.js'
export { deliverByHttp } from './deliver-by-http.js'
