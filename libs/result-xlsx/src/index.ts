export { xlsxWriter, type XlsxWriter, type XlsxWriterOptions } from './xlsx-writer.js'
export type { XlsxTable } from './xlsx-job.js'
