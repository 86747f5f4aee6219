-- Messages that were set aside, of one hotel or all, longest ago first in each partition.
local tenant, limit = take(), take_number()
local found = {}
for _, P in ipairs(KEYS) do
  local got = 0
  for _, message in ipairs(redis.call('ZRANGE', P .. ':failed', 0, -1)) do
    local f = redis.call('HMGET', P .. ':delivery:' .. message, 'tenant', 'conversation', 'reason', 'tries', 'settled')
    if got < limit and (tenant == '' or tenant == f[1]) then
      got = got + 1
      found[#found + 1] = { f[5], message, f[1], f[2], f[3], tonumber(f[4]) }
    end
  end
end
return found
