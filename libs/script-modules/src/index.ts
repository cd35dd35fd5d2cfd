export { bundleScriptModules } from './bundle-script-modules.js'
