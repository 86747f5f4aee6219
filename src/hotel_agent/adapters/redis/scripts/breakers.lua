-- How the breakers of these parts stand; what is told in durations is so by this clock alone.
local found = {}
while ARGV[taken + 1] do
  local known = redis.call('HMGET', KEYS[1] .. ':breaker:' .. take(), 'version', 'state', 'failures', 'since', 'prober', 'ends')
  if known[1] then
    known[4], known[6] = int(now - tonumber(known[4])), int(tonumber(known[6]) - now)
    found[#found + 1] = known
  else
    found[#found + 1] = {}
  end
end
return found
