/** What one error code means: for the caller (`title`), and for whoever looks after the system (`cause`, `fix`). */
export interface CatalogueEntry {
  /** HTTP status of the answer. */
  readonly status: number
  /** The sentence a caller reads when the code's thrower has nothing more exact to say. */
  readonly title: string
  /** Why it happens. */
  readonly cause: string
  /** What to look at or do. */
  readonly fix: string
}

/** Every error an outside caller can meet. Codes are public: they are never renamed and never reused. */
export const CATALOGUE = {
  BODY_INVALID: {
    status: 400,
    title: 'The request body could not be read',
    cause: 'The body is not valid JSON or form data, or is not an object.',
    fix: 'Send a JSON object (or a form) that parses, with the matching Content-Type.',
  },
  PARAM_INVALID: {
    status: 400,
    title: 'One or more parameters are missing or not valid',
    cause: 'A required parameter is missing, or a value does not fit its declared type or rules.',
    fix: 'Read `errors` in the answer: it names every faulty parameter, where it is read from and what is expected.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The request body is too large',
    cause: 'The body is larger than GATEWAY_MAX_BODY_BYTES.',
    fix: 'Send less, or let the operator raise GATEWAY_MAX_BODY_BYTES.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'The Content-Type of the request is not supported',
    cause: 'Only application/json and application/x-www-form-urlencoded bodies are read.',
    fix: 'Send JSON with Content-Type: application/json.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'The answer is not available in this format',
    cause:
      'The Accept header or `format` asks for NDJSON or CSV of an API without `stream: true`; for these or XLSX of other statements than one that reads; for XLSX of a value that no cell can hold; or for none of the formats that there are.',
    fix: 'Accept application/json, or set `stream` for the API; only one statement that reads has other formats than JSON.',
  },
  STREAM_CAPPED: {
    status: 400,
    title: 'The answer has more rows than the API gives in this format',
    cause:
      'There were more rows than `max_rows` of the API; the connection was broken behind the last one, so that nobody takes them for all. Of XLSX: more rows or bytes than the caps of JSON answers; then nothing was sent.',
    fix: 'Ask for fewer rows, or raise or remove `max_rows` of the API. Of streams the code stands in the access log only.',
  },
  HEAD_TOO_LARGE: {
    status: 431,
    title: 'The request headers are too large',
    cause: 'Request line and headers together exceed 16 KiB.',
    fix: 'Send fewer or shorter headers; long values belong in the body.',
  },
  REQUEST_MALFORMED: {
    status: 400,
    title: 'The request is malformed',
    cause: 'The request line, a header or an escape in the URL does not follow HTTP.',
    fix: 'Look at the URL (percent-escapes) and the headers that the client really sends.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'The request did not arrive in time',
    cause: 'The client took too long to send the whole request.',
    fix: 'Look at the network between client and gateway; send the body without pauses.',
  },
  CALLER_GONE: {
    status: 499,
    title: 'The caller closed the connection before the answer',
    cause:
      'The client gave up, or something between client and gateway did; nobody reads this answer, it stands in the access log.',
    fix: 'Look at the time limits of clients and proxies; the statement was cancelled on the data source.',
  },
  GRANT_TYPE_UNSUPPORTED: {
    status: 400,
    title: 'Unsupported grant_type',
    cause: 'The token endpoint knows only client_credentials.',
    fix: 'Send grant_type=client_credentials or leave it out.',
  },
  CLIENT_REJECTED: {
    status: 401,
    title: 'Invalid client_id or client_secret',
    cause: 'The client does not exist, is not active, or the secret is wrong.',
    fix: 'Check the pair; rotate the secret in the client’s page when it is lost.',
  },
  TOKEN_REJECTED: {
    status: 401,
    title: 'Token missing, expired or revoked',
    cause:
      'A private API was called without a valid gateway token, or the client was deactivated or its secret rotated.',
    fix: 'Get a token at POST /api/token/generate and send it as Authorization: Bearer ….',
  },
  LOGIN_REJECTED: {
    status: 401,
    title: 'Incorrect username or password',
    cause: 'The user does not exist, is not active, or the password is wrong.',
    fix: 'Check the pair; an operator can reset a password.',
  },
  SESSION_REJECTED: {
    status: 401,
    title: 'Not signed in, or the session has ended',
    cause: 'The admin access token is missing, expired or revoked, or a refresh token was used twice.',
    fix: 'Log in again at POST /api/v1/auth/login.',
  },
  ADDRESS_DENIED: {
    status: 403,
    title: 'Calls from this address are not allowed',
    cause: 'The IP allow or deny list of the API or of the client refuses the address.',
    fix: 'Check ip_allow and ip_deny, and TRUSTED_PROXY_COUNT when the gateway is behind a proxy.',
  },
  ACCESS_DENIED: {
    status: 403,
    title: 'The client may not call this API',
    cause: 'The client is linked to the API neither directly nor through an active group.',
    fix: 'Link the client to the API, or put both in one active group.',
  },
  PERMISSION_DENIED: {
    status: 403,
    title: 'You do not have the permission for this',
    cause: 'None of the user’s roles has the permission that the message names.',
    fix: 'Ask an administrator for a role with that permission.',
  },
  TOKEN_GET_DISABLED: {
    status: 403,
    title: 'Getting a token by GET is disabled',
    cause: 'Secrets in URLs end up in logs, so GET /api/token/generate is off unless GATEWAY_TOKEN_GET_ENABLED is set.',
    fix: 'Use POST /api/token/generate.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    title: 'No published API has this path and method',
    cause: 'The API is not published, its module is inactive, or path or method differ. Paths are case-sensitive.',
    fix: 'Check that the API is published and that its module is active; the module is not part of the URL.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'There is no such thing, or you may not see it',
    cause: 'The id is unknown, was removed, or is outside of what the user may read.',
    fix: 'Check the id in the list it came from.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The method is not allowed here',
    cause: 'The path exists, but not with this method.',
    fix: 'Look up the method in the API reference.',
  },
  CONFLICT: {
    status: 409,
    title: 'This clashes with something that exists',
    cause: 'A name, a route or an id is taken already, or the thing changed while you worked on it.',
    fix: 'Read the message: it names what it clashes with.',
  },
  IN_USE: {
    status: 409,
    title: 'It is still in use',
    cause: 'Other things depend on what was to be removed.',
    fix: 'Read the message: it names what depends on it; change or remove those first.',
  },
  INPUT_INVALID: {
    status: 422,
    title: 'The input is not valid',
    cause: 'One or more fields are missing, unknown or outside of what is allowed.',
    fix: 'Read `errors`: it names each field and what is expected.',
  },
  CONTENT_INVALID: {
    status: 422,
    title: 'The content cannot be published',
    cause: 'The template, its parameters or the statement that they make would fail when called.',
    fix: 'Read `errors`: each fault has a message and, where it can be known, line and column.',
  },
  SHRINK_UNCONFIRMED: {
    status: 409,
    title: 'More than half of what is published would vanish',
    cause: 'A change would remove more than half of the published routes or clients at once.',
    fix: 'If this is meant, send it again with confirm_shrink=true.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    cause: 'The caller used up the calls that the API, the client or the default limit allows in a window.',
    fix: 'Wait as long as Retry-After says, or raise the limit of the API or client.',
  },
  CONCURRENCY_LIMITED: {
    status: 503,
    title: 'Too many requests at the same time',
    cause: 'As many calls of this caller are in flight as max_concurrent allows.',
    fix: 'Wait for calls to finish, or raise max_concurrent.',
  },
  LIMITER_UNAVAILABLE: {
    status: 503,
    title: 'Limits cannot be checked now',
    cause: 'The store of the limits is away and the API says limit_mode closed.',
    fix: 'Bring the store back, or set limit_mode local for the API.',
  },
  DATASOURCE_INACTIVE: {
    status: 503,
    title: 'The data source of this API is switched off',
    cause: 'is_active of the data source is false.',
    fix: 'Activate the data source.',
  },
  DATASOURCE_BUSY: {
    status: 503,
    title: 'The data source is busy',
    cause: 'All connections are in use and the queue for one is full, or waiting took too long.',
    fix: 'Retry later; look for slow statements, or raise EXTERNAL_DB_POOL_SIZE.',
  },
  DATASOURCE_REFUSED: {
    status: 502,
    title: 'The data source refused the connection',
    cause: 'The database is not reachable, or refuses user, password, TLS or database name.',
    fix: 'Run the connection test of the data source.',
  },
  DATASOURCE_TIMEOUT: {
    status: 504,
    title: 'The data source did not answer in time',
    cause: 'The statement took longer than the deadline of the call and was cancelled.',
    fix: 'Look at the plan of the statement; raise timeout_ms of the API if it is meant to take that long.',
  },
  STATEMENT_REJECTED: {
    status: 400,
    title: 'The data source cannot take one of the values',
    cause: 'A value is out of range, violates a constraint or cannot be converted to the type of its column.',
    fix: 'Check the values of the call; declare the parameter’s type, range or pattern so that the fault is named.',
  },
  STATEMENT_FAILED: {
    status: 500,
    title: 'The API is broken: its statement failed',
    cause: 'A table, column or function is missing, a permission is lacking, or the statement is wrong.',
    fix: 'Use debug on the API; it shows the statement, its binds and the database’s own message.',
  },
  SCRIPT_FAILED: {
    status: 500,
    title: 'The API is broken: its script failed',
    cause: 'The script, a validator or the transform of the API threw, or answered with what is no result.',
    fix: 'The log of the request names the message, the file, the line and the column; use debug on the API to try it.',
  },
  SCRIPT_OVER_BUDGET: {
    status: 500,
    title: 'The API is broken: its script needs more than it may use',
    cause: 'The script met a limit: memory, depth of calls, size of its result, number or bytes of host calls.',
    fix: 'Make the script ask for less; or raise script_limits of the API, and SCRIPT_*_MAX of the gateway where they clamp it.',
  },
  SCRIPT_TIMEOUT: {
    status: 504,
    title: 'The script did not end in time',
    cause:
      'The script ran longer than SCRIPT_EXEC_TIMEOUT or its own limit, computed longer than SCRIPT_CPU_TIMEOUT, or a service did not answer it.',
    fix: 'Look at the log of the request; make the script do less, or raise exec_timeout_ms in script_limits of the API.',
  },
  SCRIPT_BUSY: {
    status: 503,
    title: 'Too many scripts are running',
    cause: 'No instance of the script engine became free in time.',
    fix: 'Repeat the call after Retry-After. Raise SCRIPT_INSTANCES, add gateways, or find the scripts that take long.',
  },
  SCRIPT_ENGINE_BROKEN: {
    status: 500,
    title: 'No script can run on this gateway',
    cause:
      'What every script begins with does not evaluate: the installation is damaged, or its parts are of different versions.',
    fix: 'Look for script-host.broken in the log of the gateway, install it anew and start it again. GET /health/ready names scripts as missing.',
  },
  SCRIPT_SUSPENDED: {
    status: 503,
    title: 'The script is suspended for a while',
    cause: 'The script had to be ended by force several times, so that it is not run for a growing time.',
    fix: 'Repair the script and publish it again: a new version is not suspended.',
  },
  SCRIPT_LOST: {
    status: 503,
    title: 'The script was ended before it was done',
    cause:
      'The process that runs scripts ended in mid-run. Open transactions were rolled back; what was committed before stays.',
    fix: 'Repeat the call after Retry-After. When it happens again, look for script-host.lost in the log of the gateway.',
  },
  API_BROKEN: {
    status: 500,
    title: 'The API is broken',
    cause: 'The published entry cannot be used by this gateway.',
    fix: 'Look at GET /api/v1/gateways for the error, correct the API and publish it again.',
  },
  NOT_READY: {
    status: 503,
    title: 'Not ready',
    cause: 'The process has just started or is shutting down, or something that it needs is missing.',
    fix: 'GET /health/ready names what is missing.',
  },
  MEMORY_PRESSURE: {
    status: 503,
    title: 'The gateway has no memory for more calls',
    cause: 'Heap or resident memory is over its bound, and a collection did not help.',
    fix: 'Give the process more memory, or lower max_rows, GATEWAY_MAX_RESPONSE_BYTES or max_concurrent; see GATEWAY_MAX_HEAP_PERCENT and GATEWAY_MAX_RSS_BYTES.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    title: 'Service Unavailable',
    cause: 'The configuration database does not answer.',
    fix: 'Check the database that POSTGRES_SERVER or DATABASE_URL names; published APIs are served on meanwhile.',
  },
  INTERNAL: {
    status: 500,
    title: 'Internal server error',
    cause: 'A fault in Penstock itself.',
    fix: 'Look for the request id in the logs and report it.',
  },
} as const satisfies Record<string, CatalogueEntry>

/** A code of the catalogue. */
export type ErrorCode = keyof typeof CATALOGUE
