-- P:escalations by their ids; P:escalated and P:escalated:t all of them and a hotel's, in order.
local function take_escalation()
  return { id = take(), tenant = take(), at = take(), body = take() }
end

-- Keep what is told to staff, once; *place* orders what has one stamp.
local function escalate(P, kept, this, place)
  if redis.call('HSETNX', P .. ':escalations', kept.id, kept.body) == 1 then
    local member = string.format('%06d', place) .. kept.id
    redis.call('ZADD', P .. ':escalated', this, member)
    redis.call('ZADD', P .. ':escalated:' .. kept.tenant, this, member)
    redis.call('ZADD', P .. ':old:escalations', kept.at, joined(kept.tenant, member))
  end
end
