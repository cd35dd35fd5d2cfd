export { localAdmissionStore, type LocalAdmissionOptions, type LocalAdmissionStore } from './local-admission-store.js'
