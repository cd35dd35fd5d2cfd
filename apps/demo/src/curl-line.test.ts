import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { DEMO_APIS } from './catalogue/demo-apis.js'
import { curlLine } from './curl-line.js'

/** What a shell makes of the line: the words that curl would get. */
function words(line: string): string[] {
  const shown = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { env: { TOKEN: 'a.b.c' }, encoding: 'utf8' })
  return shown.trimEnd().split('\n')
}

describe('the printed curl lines', () => {
  it('say to a shell exactly what the example says, quotes in bodies included', () => {
    for (const api of DEMO_APIS) {
      const said = words(curlLine(api, 'http://localhost:8000'))
      expect(said.at(-1)).toBe(`http://localhost:8000/api/${api.example.url}`)
      if (api.example.body !== undefined) {
        expect(JSON.parse(said[said.indexOf('-d') + 1] ?? '')).toEqual(api.example.body)
      }
      expect(said.includes('Authorization: Bearer a.b.c')).toBe(api.access_type === 'private')
    }
  })

  it('begin with the one that npm start shows', () => {
    expect(DEMO_APIS.slice(0, 1).map((api) => curlLine(api, 'http://localhost:8000'))).toEqual([
      `curl 'http://localhost:8000/api/demo/flights?origin=SEA&limit=3'`,
    ])
  })
})
