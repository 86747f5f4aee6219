local events, jobs, timers, dead, oldest = 0, 0, 0, 0, false
for _, P in ipairs(KEYS) do
  events = events + redis.call('ZCARD', P .. ':waiting')
  jobs = jobs + redis.call('ZCARD', P .. ':due') + redis.call('ZCARD', P .. ':taken')
  timers = timers + redis.call('ZCARD', P .. ':timers')
  dead = dead + redis.call('ZCARD', P .. ':letters')
  local first = redis.call('ZRANGE', P .. ':waiting', 0, 0, 'WITHSCORES')[2]
  if first and (not oldest or tonumber(first) < oldest) then
    oldest = tonumber(first)
  end
end
return { events, jobs, timers, dead, oldest and int(oldest) or '' }
