export { askAdmin, reasonOf, type AdminAddress, type AdminAnswer, type AdminRequest } from './ask-admin.js'
