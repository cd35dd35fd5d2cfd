#!/usr/bin/env bash
# The whole path with curl: log in, add a data source, test it, make a module and an API, publish, call; public to private and 401 within a
# second; a client with a token; a new version, publish, rollback; a script; and two gateways that both follow.
#
# Run it beside a running `npm start`:     bash docs/walkthrough.sh
# Against another installation, set        ADMIN GATEWAY GATEWAY_2 ADMIN_USER ADMIN_PASSWORD DB_HOST DB_PORT DB_NAME DB_USER DB_PASSWORD
# Other ports than the usual ones: set     ADMIN GATEWAY ADMIN_INTERNAL_URL GATEWAY_2_PORT GATEWAY_2_OPS_PORT
# It removes what it made and ends with "walkthrough: all steps held".
set -euo pipefail
cd "$(dirname "$0")/.."

ADMIN=${ADMIN:-http://localhost:8001}
GATEWAY=${GATEWAY:-http://localhost:8000}
GATEWAY_2=${GATEWAY_2:-}
ADMIN_USER=${ADMIN_USER:-admin}
STATE=${PENSTOCK_STATE_DIR:-.penstock}
MARK=walkthrough-$$

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
fail() { printf 'walkthrough: %s\n' "$*" >&2; exit 1; }
# The first value of a text member of the JSON on standard input.
member() { grep -o "\"$1\" *: *\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
number() { grep -o "\"$1\" *: *[0-9]*" | head -n 1 | grep -o '[0-9]*$'; }
# bash 5 knows the time itself; the bash of macOS does not.
milliseconds() {
  if [ -n "${EPOCHREALTIME:-}" ]; then local micros=${EPOCHREALTIME/[.,]/}; echo "${micros%???}"; else node -p 'Date.now()'; fi
}

# admin METHOD PATH [BODY] prints the answer of the control plane and fails when it is not 2xx.
admin() {
  curl -sS --fail-with-body -X "$1" "$ADMIN/api/v1/$2" -H "Authorization: Bearer $TOKEN" ${3:+-H 'Content-Type: application/json' -d "$3"}
}
# admin_status METHOD PATH BODY prints "STATUS answer", whatever the status is.
admin_status() {
  curl -sS -X "$1" "$ADMIN/api/v1/$2" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "$3" -w '%{stderr}%{http_code}' 2>&1
}
# expect STATUS TEXT URL [curl arguments]: on every gateway the call must have this status, and this text in its answer, within a second.
expect() {
  local status=$1 text=$2 path=$3 gateway begin answer
  shift 3
  for gateway in $GATEWAYS; do
    begin=$(milliseconds)
    while :; do
      answer=$(curl -sS "$gateway$path" "$@" -w '\n%{http_code}')
      if [ "${answer##*$'\n'}" = "$status" ] && [[ $answer == *"$text"* ]]; then break; fi
      [ $(($(milliseconds) - begin)) -lt 1000 ] || fail "$gateway$path: expected $status with $text within a second, got $answer"
      sleep 0.02
    done
    printf '  %s %s%s after %s ms: %s\n' "$status" "$gateway" "$path" $(($(milliseconds) - begin)) "$(head -c 160 <<<"${answer%$'\n'*}")"
  done
}

if [ -z "$GATEWAY_2" ]; then
  PORT=${GATEWAY_2_PORT:-8010} OPS_PORT=${GATEWAY_2_OPS_PORT:-9010}
  say "Start a second gateway on port $PORT"
  SECRET_KEY=${SECRET_KEY:-$(member SECRET_KEY <"$STATE/secrets.json")}
  KEY=$(node --input-type=module -e "
    import { deriveGatewayKey } from './libs/secrets/dist/index.js'
    console.log(deriveGatewayKey(process.argv[1]))" "$SECRET_KEY")
  GATEWAY_KEY=$KEY GATEWAY_PORT=$PORT GATEWAY_OPS_PORT=$OPS_PORT GATEWAY_STATE_DIR="$STATE/gateway" \
    ADMIN_INTERNAL_URL=${ADMIN_INTERNAL_URL:-http://127.0.0.1:9001} \
    node --v8-pool-size=1 apps/gateway/dist/bundle/main.js >"$STATE/gateway-2.log" 2>&1 &
  GATEWAY_2_PID=$!
  trap 'kill $GATEWAY_2_PID' EXIT
  GATEWAY_2=http://localhost:$PORT
  BEGIN=$(milliseconds)
  until curl -sf "http://localhost:$OPS_PORT/health/ready" >/dev/null; do
    kill -0 $GATEWAY_2_PID 2>/dev/null && [ $(($(milliseconds) - BEGIN)) -lt 20000 ] ||
      fail "the second gateway is not ready: $(tail -n 3 "$STATE/gateway-2.log")"
    sleep 0.1
  done
fi
GATEWAYS="$GATEWAY $GATEWAY_2"

cleanup() {
  set +e
  [ -n "${API:-}" ] && admin POST "apis/$API/unpublish" '{}' >/dev/null && admin DELETE "apis/$API" >/dev/null
  [ -n "${SCRIPT:-}" ] && admin POST "apis/$SCRIPT/unpublish" '{}' >/dev/null && admin DELETE "apis/$SCRIPT" >/dev/null
  [ -n "${CLIENT:-}" ] && admin DELETE "clients/$CLIENT" >/dev/null
  [ -n "${GROUP:-}" ] && admin DELETE "groups/$GROUP" >/dev/null
  [ -n "${MODULE:-}" ] && admin DELETE "modules/$MODULE" >/dev/null
  [ -n "${DATASOURCE:-}" ] && admin DELETE "datasources/$DATASOURCE" >/dev/null
  [ -n "${GATEWAY_2_PID:-}" ] && kill "$GATEWAY_2_PID" 2>/dev/null
  return 0
}
trap cleanup EXIT

say 'Log in'
ADMIN_PASSWORD=${ADMIN_PASSWORD:-$(member FIRST_SUPERUSER_PASSWORD <"$STATE/secrets.json")}
TOKEN=$(curl -sS --fail-with-body "$ADMIN/api/v1/auth/login" -H 'Content-Type: application/json' \
  -d "{\"username\": \"$ADMIN_USER\", \"password\": \"$ADMIN_PASSWORD\"}" | member access_token)
echo "  token of $ADMIN_USER: ${TOKEN:0:20}…"

say 'Add a data source: test it unsaved, save it, test it again, look at its tables'
if [ -z "${DB_HOST:-}" ]; then
  # The database of the demo, as the demo's own data source names it.
  DEMO=$(admin GET 'datasources?name=Demo')
  DB_HOST=$(member host <<<"$DEMO") DB_PORT=$(number port <<<"$DEMO") DB_NAME=$(member database <<<"$DEMO") DB_USER=$(member username <<<"$DEMO")
  DB_PASSWORD=$(member role_password <"$STATE/demo.json")
fi
ADDRESS="\"product_type\": \"postgres\", \"host\": \"$DB_HOST\", \"port\": $DB_PORT, \"database\": \"$DB_NAME\", \"username\": \"$DB_USER\", \"password\": \"$DB_PASSWORD\""
admin POST datasources/test "{$ADDRESS}"; echo
DATASOURCE=$(admin POST datasources "{\"name\": \"$MARK\", $ADDRESS}" | member id)
admin POST "datasources/$DATASOURCE/test" '{}'; echo
admin GET "datasources/$DATASOURCE/schema" | head -c 200; echo …

say 'Make a module and an API, publish it, call it'
MODULE=$(admin POST modules "{\"name\": \"$MARK\"}" | member id)
API=$(admin POST apis "{\"module_id\": \"$MODULE\", \"datasource_id\": \"$DATASOURCE\", \"name\": \"$MARK\", \"http_method\": \"GET\",
  \"path\": \"$MARK/airports/{iata}\", \"access_type\": \"public\",
  \"content\": \"SELECT a.iata, a.name, a.city FROM airports a WHERE a.iata = {{ iata }}\",
  \"params\": [{\"name\": \"iata\", \"location\": \"path\", \"required\": true}]}" | member id)
PUBLISHED=$(admin POST "apis/$API/publish" '{"commit_message": "first"}')
echo "  $PUBLISHED"
FIRST=$(member version_id <<<"$PUBLISHED")
expect 200 'Seattle-Tacoma' "/api/$MARK/airports/SEA"

say 'A quote in a value is a quote in a value'
expect 200 '"data":[]' "/api/$MARK/airports/x'%20OR%201=1--"

say 'What cannot work is refused at publish: a placeholder inside quotes (line and column), a missing declaration, a clash of routes'
admin PATCH "apis/$API" "{\"content\": \"SELECT a.name\nFROM airports a\nWHERE a.iata = '{{ iata }}'\"}" >/dev/null
REFUSED=$(admin_status POST "apis/$API/publish" '{}'); echo "  $REFUSED"
[[ $REFUSED == *422* && $REFUSED == *'"line":3'* ]] || fail 'a placeholder inside quotes was not refused with its line'
admin PATCH "apis/$API" '{"content": "SELECT 1 WHERE {{ nobody_declared_this }} = 1"}' >/dev/null
REFUSED=$(admin_status POST "apis/$API/publish" '{}'); echo "  $REFUSED"
[[ $REFUSED == *422* && $REFUSED == *nobody_declared_this* ]] || fail 'an undeclared parameter was not refused'
REFUSED=$(admin_status POST apis "{\"module_id\": \"$MODULE\", \"datasource_id\": \"$DATASOURCE\", \"name\": \"$MARK clash\", \"http_method\": \"GET\",
  \"path\": \"$MARK/airports/{code}\", \"content\": \"SELECT 1\"}"); echo "  $REFUSED"
[[ $REFUSED == *409* ]] || fail 'a clash of routes was not refused'

say 'Public to private: 401 within a second, on both gateways'
admin PATCH "apis/$API" '{"access_type": "private"}' >/dev/null
expect 401 'TOKEN_REJECTED' "/api/$MARK/airports/SEA"

say 'A client in a group gets a token and may call it'
GROUP=$(admin POST groups "{\"name\": \"$MARK\"}" | member id)
admin PUT "groups/$GROUP/apis" "{\"api_ids\": [\"$API\"]}" >/dev/null
CREATED=$(admin POST clients "{\"name\": \"$MARK\", \"client_id\": \"$MARK\", \"group_ids\": [\"$GROUP\"]}")
CLIENT=$(member id <<<"$CREATED")
SECRET=$(member client_secret <<<"$CREATED")
CREDENTIALS="{\"client_id\": \"$MARK\", \"client_secret\": \"$SECRET\"}"
expect 200 'access_token' /api/token/generate -X POST -H 'Content-Type: application/json' -d "$CREDENTIALS"
CALLER=$(curl -sS "$GATEWAY/api/token/generate" -H 'Content-Type: application/json' -d "$CREDENTIALS" | member access_token)
expect 200 'Seattle-Tacoma' "/api/$MARK/airports/SEA" -H "Authorization: Bearer $CALLER"
admin PATCH "clients/$CLIENT" '{"is_active": false}' >/dev/null
expect 401 'TOKEN_REJECTED' "/api/$MARK/airports/SEA" -H "Authorization: Bearer $CALLER"
admin PATCH "apis/$API" '{"access_type": "public"}' >/dev/null

say 'A new version, and back'
admin PATCH "apis/$API" '{"content": "SELECT a.iata, a.state, a.latitude FROM airports a WHERE a.iata = {{ iata }}"}' >/dev/null
expect 200 '"city":"Seattle"' "/api/$MARK/airports/SEA"
SECOND=$(admin POST "apis/$API/versions" '{"commit_message": "state and latitude"}' | member id)
admin GET "apis/$API/versions/$FIRST/diff/$SECOND" | head -c 300; echo …
admin POST "apis/$API/publish" "{\"version_id\": \"$SECOND\"}"; echo
expect 200 '"state":"WA"' "/api/$MARK/airports/SEA"
admin POST "apis/$API/rollback" "{\"version_id\": \"$FIRST\"}"; echo
expect 200 '"city":"Seattle"' "/api/$MARK/airports/SEA"

say 'A script: refused with the line of its fault, tried, published, called, rolled back'
SCRIPT=$(admin POST apis "{\"module_id\": \"$MODULE\", \"datasource_id\": \"$DATASOURCE\", \"name\": \"$MARK script\", \"http_method\": \"GET\",
  \"path\": \"$MARK/states/{iata}\", \"access_type\": \"public\", \"execute_engine\": \"SCRIPT\",
  \"content\": \"export default async (req: Penstock.Request) => {\n  return db.queryOne(\",
  \"params\": [{\"name\": \"iata\", \"location\": \"path\", \"required\": true}]}" | member id)
REFUSED=$(admin_status POST "apis/$SCRIPT/publish" '{}'); echo "  $REFUSED"
[[ $REFUSED == *422* && $REFUSED == *'"line":2'* ]] || fail 'a script that does not parse was not refused with its line'
admin PATCH "apis/$SCRIPT" '{"content": "export default async (req: Penstock.Request) => {\n  return db.queryOne(\"SELECT state FROM airports WHERE iata = :iata\", req.params)\n}"}' >/dev/null
admin POST "apis/$SCRIPT/debug" '{"params": {"iata": "SEA"}}'; echo
admin POST "apis/$SCRIPT/publish" '{"commit_message": "first"}' >/dev/null
expect 200 '"data":[{"state":"WA"}]' "/api/$MARK/states/SEA"
admin PATCH "apis/$SCRIPT" '{"content": "function execute({ iata }) { return { data: [], asked: iata } }"}' >/dev/null
admin POST "apis/$SCRIPT/publish" '{"commit_message": "second"}' >/dev/null
expect 200 '"asked":"SEA"' "/api/$MARK/states/SEA"
admin POST "apis/$SCRIPT/rollback" '{}' >/dev/null
expect 200 '"data":[{"state":"WA"}]' "/api/$MARK/states/SEA"

say 'Both gateways are at the same revision'
admin GET gateways; echo

say 'walkthrough: all steps held'
