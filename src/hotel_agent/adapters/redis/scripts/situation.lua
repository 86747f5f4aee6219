local P, conversation = KEYS[1], take()
local open = 0
for _, booking in ipairs(redis.call('SMEMBERS', P .. ':booked:' .. conversation)) do
  if redis.call('ZSCORE', P .. ':open', booking) then
    open = 1
    break
  end
end
local session = redis.call('HGET', P .. ':conversation:' .. conversation, 'session')
return { session or '', session and redis.call('ZSCORE', P .. ':old:sessions', conversation) or '', open }
