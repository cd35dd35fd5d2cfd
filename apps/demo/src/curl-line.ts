import type { DemoApi } from './catalogue/demo-api.js'

/** A curl line that can be pasted into a shell and calls the API as its example says. A private one needs `$TOKEN`. */
export function curlLine({ http_method: method, access_type: access, example }: DemoApi, gatewayUrl: string): string {
  const parts = ['curl']
  if (method !== 'GET') parts.push('-X', method)
  if (access === 'private') parts.push('-H', '"Authorization: Bearer $TOKEN"')
  for (const [name, value] of Object.entries(example.headers ?? {})) parts.push('-H', quoted(`${name}: ${value}`))
  if (example.body !== undefined)
    parts.push('-H', "'Content-Type: application/json'", '-d', quoted(JSON.stringify(example.body)))
  return [...parts, quoted(new URL(`/api/${example.url}`, gatewayUrl).href)].join(' ')
}

/** Single quotes keep everything from the shell but a single quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
