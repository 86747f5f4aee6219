-- Wakes those of other processes who wait for *subject* (ports/wakeups.py), on the namespace's own channel. A server that does
-- not let us say it must not spoil what is written: then they look by themselves.
local function ring(P, subject)
  redis.pcall('PUBLISH', 'hotel_agent/' .. string.match(P, '^{(.*):%d+}$'), ARGV[2] .. ' ' .. subject)
end
