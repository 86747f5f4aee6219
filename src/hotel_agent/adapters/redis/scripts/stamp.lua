-- An instant of this partition that was never given before, so that its records have an order whatever the clock does.
local function stamp(P)
  local last = tonumber(redis.call('HGET', P .. ':meta', 'stamp') or 0)
  local this = int(math.max(now, last + 1))
  redis.call('HSET', P .. ':meta', 'stamp', this)
  return this
end
