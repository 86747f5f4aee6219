-- What could be claimed in these partitions: members and scores.
local limit = take_number()
local found = {}
for _, P in ipairs(KEYS) do
  free_lapsed(P)
  for _, part in ipairs(redis.call('ZRANGEBYSCORE', P .. ':outgoing', '-inf', int(now), 'WITHSCORES', 'LIMIT', 0, limit)) do
    found[#found + 1] = part
  end
end
return found
