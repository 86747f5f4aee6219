local events = 0
for _, P in ipairs(KEYS) do
  events = events + redis.call('ZCARD', P .. ':waiting')
end
return events
