local P = KEYS[1]
local conversation, address, heard = take(), take(), take()
local recipient = P .. ':recipient:' .. conversation
redis.call('HSET', recipient, 'address', address)
-- When the guest was last heard does not go back, even if that comes to be known out of order.
if heard ~= '' and tonumber(heard) > tonumber(redis.call('HGET', recipient, 'heard') or -math.huge) then
  redis.call('HSET', recipient, 'heard', heard)
end
-- It goes with its conversation, or by itself if nothing is ever said there.
redis.call('ZADD', P .. ':old:sessions', 'NX', int(now), conversation)
return { 'ok' }
