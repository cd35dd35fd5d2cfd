export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, or the text where it is none. Tests look into it freely. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says with `expect` what the answer must look like
  readonly body: any
}

export interface CallOptions {
  readonly token?: string
  readonly headers?: Record<string, string>
  readonly json?: unknown
}

/** One HTTP call as a client would make it. */
export async function call(
  method: string,
  url: string,
  { token, headers = {}, json }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
