local key, version, state, failures = KEYS[1] .. ':breaker:' .. take(), take_number(), take(), take()
local standing, prober, permit, kept_for = take_number(), take(), take_number(), take_number()
if tonumber(redis.call('HGET', key, 'version') or 0) ~= version - 1 then
  return 0
end
redis.call('HSET', key, 'version', int(version), 'state', state, 'failures', failures,
  'since', int(now - standing), 'prober', prober, 'ends', int(now + permit))
redis.call('PEXPIRE', key, int(kept_for / 1000))
return 1
