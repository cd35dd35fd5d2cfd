/** Where a project takes its events, and the key that it knows us by. */
export interface SentryTarget {
  readonly url: URL
  readonly publicKey: string
}

/** Reads `https://<key>@<host>/<project>`; undefined when it is none. */
export function sentryTarget(dsn: string): SentryTarget | undefined {
  if (!URL.canParse(dsn)) return undefined
  const { protocol, username, host, pathname } = new URL(dsn)
  const [, before, project] = /^(.*)\/(\d+)$/.exec(pathname) ?? []
  if (!/^https?:$/.test(protocol) || username === '' || project === undefined) return undefined
  return { url: new URL(`${protocol}//${host}${before ?? ''}/api/${project}/envelope/`), publicKey: username }
}
