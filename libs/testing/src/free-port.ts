// The services of `tools/` start without a build, so the function lives there; the same relative path holds from src/ and from dist/.
export { freePort } from '../../../tools/services/free-port.mjs'
