-- Those of one hotel or all, in order of arrival in each partition.
local tenant, limit = take(), take_number()
local found = {}
for _, P in ipairs(KEYS) do
  local got = 0
  for _, event in ipairs(redis.call('ZRANGE', P .. ':letters', 0, -1)) do
    local f = redis.call('HMGET', P .. ':letter:' .. event, 'member', 'tenant', 'conversation', 'reason', 'tries', 'received')
    if got < limit and (tenant == '' or tenant == f[2]) then
      got = got + 1
      found[#found + 1] = { string.sub(f[1], 21), event, f[2], f[3], f[4], tonumber(f[5]), f[6] }
    end
  end
end
return found
