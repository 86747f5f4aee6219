local key, conversation, instead_of = KEYS[1] .. ':name:' .. take(), take(), take()
local known = redis.call('GET', key)
if not known or known == instead_of then
  redis.call('SET', key, conversation)
  known = conversation
end
return known
