export { readPrelude } from './read-prelude.js'
