-- Whose work is to be passed over: the tenants' names come last among the arguments.
local passing, some_passed = {}, false
local function take_passing()
  for i = taken + 1, #ARGV do
    passing[ARGV[i]] = true
    some_passed = true
  end
end

local tenant_of = function() end
local function is_passed(P, member)
  return some_passed and passing[tenant_of(P, member)] or false
end

-- The first *limit* members that have come due and are not passed over, with their scores.
local function peek_at(P, queue, limit, found)
  local at, got = 0, 0
  while got < limit do
    local some = redis.call('ZRANGEBYSCORE', P .. queue, '-inf', int(now), 'WITHSCORES', 'LIMIT', at, limit)
    for i = 1, #some, 2 do
      if got < limit and not is_passed(P, some[i]) then
        found[#found + 1], found[#found + 2] = some[i], some[i + 1]
        got = got + 1
      end
    end
    if #some < 2 * limit then
      return
    end
    at = at + limit
  end
end
