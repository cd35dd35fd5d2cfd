/**
 * The token of an `Authorization: Bearer …` header (RFC 6750; the scheme in any case, RFC 9110 section 11.1); undefined when there is
 * none, when the scheme is another, or when the header came more than once.
 */
export function bearerToken(header: string | readonly string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(header)?.[1]
}
