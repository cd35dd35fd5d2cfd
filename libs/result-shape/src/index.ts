export { encodeEnvelope, EnvelopeWriter, type Envelope, type EnvelopeOptions } from './envelope.js'
export { quote, rowEncoder, type RowEncoder } from './row-encoder.js'
export { camelToSnake, snakeToCamel, type Naming } from './naming.js'
export { renameKeys } from './rename-keys.js'
