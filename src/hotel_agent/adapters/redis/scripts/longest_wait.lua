-- For how long the first conversation that could be claimed has been ready.
local longest = 0
for _, P in ipairs(KEYS) do
  free_lapsed(P)
  local first = redis.call('ZRANGE', P .. ':ready', 0, 0, 'WITHSCORES')[2]
  if first then
    longest = math.max(longest, now - tonumber(first))
  end
end
return longest
