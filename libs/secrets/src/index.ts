export { deriveGatewayKey, deriveGatewayKeys, type GatewayKeys, type WrappingKey } from './gateway-keys.js'
export { SecretUnreadable } from './aead.js'
export { openSealed, sealForEntry, type SealedPlace } from './seal.js'
export { openKeyring, type Keyring, type StoredPlace } from './keyring.js'
export {
  clientSecretMatches,
  hasClientSecretForm,
  hashClientSecret,
  newClientSecret,
  newKeySecret,
  secretsEqual,
  type RandomBytes,
} from './client-secret.js'
export { isSecretName, REDACTED, redact, redactText } from './redact.js'
