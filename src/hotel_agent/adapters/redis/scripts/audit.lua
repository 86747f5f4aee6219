-- The first entries of a list in each partition, as `<stamp>:<body>`.
local list, limit = take(), take_number()
local found = {}
for _, P in ipairs(KEYS) do
  for _, entry in ipairs(redis.call('LRANGE', P .. list, 0, limit - 1)) do
    found[#found + 1] = entry
  end
end
return found
