-- Takes the first *limit* members that have come due over all of KEYS, lowest score first, whichever partition they are in.
local function head_of(P, queue)
  local first = redis.call('ZRANGEBYSCORE', P .. queue, '-inf', int(now), 'WITHSCORES', 'LIMIT', 0, 1)
  return first[1] and { P = P, member = first[1], score = tonumber(first[2]) }
end

local function before(one, other)
  if one.score ~= other.score then
    return one.score < other.score
  end
  return one.member < other.member
end

-- *own* must remove the member from the queue.
local function take_heads(queue, limit, own)
  local heads, got = {}, {}
  for _, P in ipairs(KEYS) do
    heads[#heads + 1] = head_of(P, queue)
  end
  while #got < limit and #heads > 0 do
    local best = 1
    for i = 2, #heads do
      if before(heads[i], heads[best]) then
        best = i
      end
    end
    local chosen = heads[best]
    got[#got + 1] = own(chosen.P, chosen.member)
    local following = head_of(chosen.P, queue)
    if following then
      heads[best] = following
    else
      table.remove(heads, best)
    end
  end
  return got
end
