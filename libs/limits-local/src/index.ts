export { localAdmissionStore, type LocalAdmissionOptions } from './local-admission-store.js'
