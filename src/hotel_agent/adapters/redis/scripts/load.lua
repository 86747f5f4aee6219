-- How much is going on: sessions, conversations with something to send, since when the longest due is due, messages set aside.
local sessions, outgoing, undelivered, due = 0, 0, 0, false
local function is_due(at)
  at = at and tonumber(at)
  if at and at <= now and (not due or at < due) then
    due = at
  end
end
for _, P in ipairs(KEYS) do
  sessions = sessions + redis.call('ZCOUNT', P .. ':old:sessions', '(' .. int(now), '+inf')
  outgoing = outgoing + redis.call('ZCARD', P .. ':outgoing') + redis.call('ZCARD', P .. ':sending')
  undelivered = undelivered + redis.call('ZCARD', P .. ':failed')
  is_due(redis.call('ZRANGE', P .. ':outgoing', 0, 0, 'WITHSCORES')[2])
  for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', P .. ':sending', '-inf', int(now), 'LIMIT', 0, 1000)) do
    is_due(redis.call('HGET', P .. ':recipient:' .. conversation, 'due'))
  end
end
return { sessions, outgoing, due and int(due) or '', undelivered }
