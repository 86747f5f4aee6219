-- Events that were set aside, in one partition P: P:letters by their arrival, P:letter:e what is needed to let e wait again.
local function find_letter(event)
  for _, P in ipairs(KEYS) do
    local key = P .. ':letter:' .. event
    local f = redis.call('HMGET', key, 'conversation', 'tenant', 'member', 'ready', 'received', 'body', 'line', 'seen')
    if f[1] then
      return P, {
        id = event, conversation = f[1], tenant = f[2], member = f[3], ready = f[4], received = f[5], body = f[6],
        line = f[7], seen = f[8],
      }
    end
  end
end

local function end_letter(P, event)
  redis.call('DEL', P .. ':letter:' .. event)
  redis.call('ZREM', P .. ':letters', event)
  redis.call('ZREM', P .. ':old:dead_letters', event)
end
