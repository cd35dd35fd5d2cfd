import { call, type Answer } from './http.js'

export interface AdminClient {
  readonly token: string
  get(path: string): Promise<Answer>
  post(path: string, json?: unknown): Promise<Answer>
  patch(path: string, json: unknown): Promise<Answer>
  put(path: string, json: unknown): Promise<Answer>
  remove(path: string): Promise<Answer>
  /** Posts and gives the body; fails with admin's own words when the answer is not a success. */
  create(path: string, json?: unknown): Promise<Answer['body']>
}

/** Logs in and speaks to /api/v1 with the token. */
export async function adminClient(
  adminUrl: string,
  superuser: { username: string; password: string },
): Promise<AdminClient> {
  const login = await call('POST', `${adminUrl}/api/v1/auth/login`, { json: superuser })
  if (login.status !== 200) throw new Error(`login answered ${login.status}: ${JSON.stringify(login.body)}`)
  const token: string = login.body.access_token
  const to = (method: string) => (path: string, json?: unknown) =>
    call(method, `${adminUrl}/api/v1/${path}`, { token, json })
  const post = to('POST')
  return {
    token,
    get: to('GET'),
    post,
    patch: to('PATCH'),
    put: to('PUT'),
    remove: to('DELETE'),
    async create(path, json) {
      const answer = await post(path, json)
      if (answer.status < 200 || answer.status > 299) {
        throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
      }
      return answer.body
    },
  }
}
