-- The last escalations of an index in each partition, as `<stamp>:<order>:<body>`.
local index, limit = take(), take_number()
local found = {}
for _, P in ipairs(KEYS) do
  local kept = redis.call('ZRANGE', P .. index, -limit, -1, 'WITHSCORES')
  for i = 1, #kept, 2 do
    local id = string.sub(kept[i], 7)
    local body = redis.call('HGET', P .. ':escalations', id)
    found[#found + 1] = int(tonumber(kept[i + 1])) .. ':' .. string.sub(kept[i], 1, 6) .. ':' .. body
  end
end
return found
