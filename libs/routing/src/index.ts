export {
  normalisePath,
  PATH_LENGTH_MAX,
  PATH_SEGMENTS_MAX,
  RESERVED_FIRST_SEGMENTS,
  routeKey,
  type NormalisedPath,
  type PathPattern,
  type Segment,
} from './path-pattern.js'
export {
  buildRouteIndex,
  changeRouteIndex,
  changeRouteIndexInSteps,
  RouteClash,
  type Route,
  type RouteIndex,
} from './route-index.js'
export { findRoute, methodsOf, type FoundRoute } from './find-route.js'
