local limit, owner, lease = take_number(), take(), take_number()
take_passing()
tenant_of = function(P, job)
  local conversation = redis.call('HGET', P .. ':job:' .. job, 'conversation')
  return conversation and redis.call('HGET', P .. ':conversation:' .. conversation, 'tenant')
end

local function own(P, job)
  local key = P .. ':job:' .. job
  hold_job(P, job, now + lease)
  redis.call('HSET', key, 'owner', owner)
  local fence, tries = redis.call('HINCRBY', key, 'fence', 1), redis.call('HINCRBY', key, 'tries', 1)
  local known = redis.call('HMGET', key, 'body', 'booking', 'conversation')
  return { known[1], fence, tries, redis.call('HGET', P .. ':bookings', known[2]), job, known[3] }
end

for _, P in ipairs(KEYS) do
  free_lapsed(P)
end
return take_heads(':due', limit, own)
