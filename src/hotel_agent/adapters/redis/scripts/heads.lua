-- Takes the first *limit* members that have come due over all of KEYS, lowest score first, whichever partition they are in.
-- Those of the tenants in *passing* are passed over: *passed* of a queue's first members are known to be theirs.
local function head_of(P, queue, passed)
  local page = some_passed and 100 or 1
  while true do
    local some = redis.call('ZRANGEBYSCORE', P .. queue, '-inf', int(now), 'WITHSCORES', 'LIMIT', passed, page)
    for i = 1, #some, 2 do
      if not is_passed(P, some[i]) then
        return { P = P, member = some[i], score = tonumber(some[i + 1]), passed = passed + (i - 1) / 2 }
      end
    end
    if #some < 2 * page then
      return nil
    end
    passed = passed + page
  end
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
    heads[#heads + 1] = head_of(P, queue, 0)
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
    local following = head_of(chosen.P, queue, chosen.passed)
    if following then
      heads[best] = following
    else
      table.remove(heads, best)
    end
  end
  return got
end
