export { CATALOGUE, type CatalogueEntry, type ErrorCode } from './catalogue.js'
export { AppError, AuthoredError, type Fault, type PublicPart } from './app-error.js'
export { toProblem, type Problem, type ProblemBody } from './to-problem.js'
