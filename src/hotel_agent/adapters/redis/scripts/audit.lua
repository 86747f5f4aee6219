-- The last entries of an index in each partition, as `<stamp>:<order>:<body>`.
local index, limit = take(), take_number()
local found = {}
for _, P in ipairs(KEYS) do
  local refs = redis.call('ZRANGE', P .. index, -limit, -1, 'WITHSCORES')
  for i = 1, #refs, 2 do
    local order = string.sub(refs[i], 1, 6)
    found[#found + 1] = int(tonumber(refs[i + 1])) .. ':' .. order .. ':' .. redis.call('HGET', P .. ':entries', refs[i])
  end
end
return found
