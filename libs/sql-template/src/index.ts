export { canProduce } from './can-produce.js'
export { compileTemplate, SOURCE_LENGTH_MAX, type CompileOptions, type CompileResult } from './compile-template.js'
export { type DialectName } from './dialect.js'
export { loadProgram, ProgramUnusable } from './load-program.js'
export { type MacroSource } from './macro-library.js'
export { nameBinds, type NamedBinds } from './named-binds.js'
export { parametersUsed } from './parameters-used.js'
export { placeholderTypes } from './placeholder-types.js'
export {
  PROGRAM_FORMAT,
  type DeclaredParameter,
  type ParameterUse,
  type Placeholder,
  type PlaceholderHint,
  type SqlProgram,
} from './program.js'
export { render, type RenderedFault, type RenderOptions, type RenderResult } from './render.js'
export { type Casts } from './render-plan.js'
export {
  enumerateShapes,
  type EnumerateOptions,
  type Shape,
  type ShapeReport,
  type ShapeStatement,
} from './shapes/enumerate-shapes.js'
export { sqlWords, type SqlWord, type SqlWords } from './sql-words.js'
export { readTrinoText, type TrinoText } from './trino-text.js'
export { placeInTemplate } from './shapes/place-in-template.js'
export { type Origin, type RenderedStatement } from './statement-writer.js'
export { type Position } from './source-text.js'
export { type TemplateFault } from './template-error.js'
