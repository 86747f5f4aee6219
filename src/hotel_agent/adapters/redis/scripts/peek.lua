-- What could be claimed in these partitions: members and scores.
local limit = take_number()
take_passing()
tenant_of = function(P, conversation)
  return redis.call('HGET', P .. ':conversation:' .. conversation, 'tenant')
end

local found = {}
for _, P in ipairs(KEYS) do
  free_lapsed(P)
  peek_at(P, ':ready', limit, found)
end
return found
