/** Why a template cannot be rendered with these values. Thrown while evaluating; `render` turns it into a value. */
export class RenderFault extends Error {
  override readonly name = 'RenderFault'
}
