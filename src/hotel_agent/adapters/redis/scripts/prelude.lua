-- Begins every script. A call whose caller has given up is not carried out late: ARGV[1] is its last instant.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if now > tonumber(ARGV[1]) then
  return redis.error_reply('LATE the call came after its deadline')
end

local taken = 1
local function take()
  taken = taken + 1
  return ARGV[taken]
end
local function take_number()
  return tonumber(take())
end

-- Whole numbers as text: Lua's own way would write 1.7e+15.
local function int(n)
  return string.format('%.0f', n)
end
