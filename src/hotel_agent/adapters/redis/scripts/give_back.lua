local P = KEYS[1]
local conversation, owner, fence, delay = take(), take(), take(), take_number()
if owned(P, conversation, owner, fence) then
  redis.call('HDEL', P .. ':conversation:' .. conversation, 'owner')
  hold(P, conversation, now + delay)
end
return { 'ok' }
