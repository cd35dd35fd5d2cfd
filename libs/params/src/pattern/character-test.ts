/** True when the character (a code point) is one that the atom takes. */
export type CharacterTest = (codePoint: number) => boolean

const ASCII_COUNT = 128

/** The test of an atom such as `[a-z]`, `\d`, `.`: a table for ASCII, the engine's own regular expression on one character for the rest. */
export function characterTest(atom: string): CharacterTest {
  const single = new RegExp(`^${atom}$`, 'u')
  const ascii = Uint8Array.from({ length: ASCII_COUNT }, (_, code) => Number(single.test(String.fromCharCode(code))))
  return (codePoint) =>
    codePoint < ASCII_COUNT ? ascii[codePoint] === 1 : single.test(String.fromCodePoint(codePoint))
}
