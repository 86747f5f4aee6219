-- All locks, or those with a night from one day to before another.
local from_day, until_day = take(), take()
local found = {}
for _, id in ipairs(redis.call('ZRANGE', T .. ':standing', 0, -1)) do
  local lock = read(id)
  if from_day == '' or (lock.arrival < until_day and from_day < lock.departure) then
    found[#found + 1] = told(lock)
  end
end
return found
