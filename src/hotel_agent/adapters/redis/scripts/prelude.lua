-- Begins every script. A call whose caller has given up is not carried out late: ARGV[1] is its last instant.
-- ARGV[2] names the store object that calls (bell.lua).
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if now > tonumber(ARGV[1]) then
  return redis.error_reply('LATE the call came after its deadline')
end

local taken = 2
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

-- Parts run together so that no two different lists of parts look the same, and taken apart again.
local function joined(...)
  local parts = {}
  for i, part in ipairs({ ... }) do
    parts[i] = #part .. ':' .. part
  end
  return table.concat(parts)
end
local function parted(text)
  local parts, at = {}, 1
  while at <= #text do
    local colon = string.find(text, ':', at, true)
    local last = colon + tonumber(string.sub(text, at, colon - 1))
    parts[#parts + 1] = string.sub(text, colon + 1, last)
    at = last + 1
  end
  return unpack(parts)
end
