import { describe, expect, it } from 'vitest'
import { placeInSource } from './place-in-source.js'

const source = 'SELECT a.id\nFROM airports a\n{% where %} AND a.nmae = {{ q }} {% endwhere %}\nORDER BY a.id'
const text = 'SELECT a.id\nFROM airports a\n WHERE a.nmae = $1 \nORDER BY a.id'

describe('placeInSource', () => {
  it('finds the place of a word that stands once', () => {
    expect(placeInSource(source, text, text.indexOf('a.nmae') + 1)).toEqual({ line: 3, column: 17 })
  })

  it('takes more of the text where a word stands twice', () => {
    expect(placeInSource(source, text, 8)).toEqual({ line: 1, column: 8 })
  })

  it.each([[text.lastIndexOf('a.id') + 1], [text.indexOf('WHERE') + 1], [text.length + 5]])(
    'says nothing rather than something wrong at %s',
    (character) => expect(placeInSource(source, text, character)).toBeUndefined(),
  )
})
