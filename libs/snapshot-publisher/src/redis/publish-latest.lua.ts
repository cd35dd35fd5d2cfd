/**
 * Replaces the latest manifest unless that would go back, and tells who listens. An older admin, or one that was frozen between reading the
 * database and writing here, cannot put an older revision over a newer one. What cannot be read, and another text under the same revision
 * (a flipped bit, another signature), is replaced.
 */
export const PUBLISH_LATEST = `
-- publish-latest.lua   KEYS[1] latest manifest
--                      ARGV[1] signed manifest as JSON  ARGV[2] epoch  ARGV[3] revision  ARGV[4] channel of the hint
-- returns 0 when it was replaced, else the greater revision of this epoch that is there
local there = redis.call('GET', KEYS[1])
if there == ARGV[1] then
  return 0
end
if there then
  local readable, signed = pcall(cjson.decode, there)
  local manifest = readable and type(signed) == 'table' and signed.manifest
  if type(manifest) == 'table' and manifest.epoch == ARGV[2] and type(manifest.revision) == 'number'
     and manifest.revision > tonumber(ARGV[3]) then
    return manifest.revision
  end
end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[4], ARGV[2] .. '.' .. ARGV[3])
return 0
`
