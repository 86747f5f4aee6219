-- The same count as domain.quotas.use keeps: a list of instants or, where many are allowed, of `<instant>:<how many>` with
-- their sum beside it. Everything ends by itself when it says nothing any more.
local name, most, span, grain = take(), take_number(), take_number(), take_number()
local key = KEYS[1] .. (grain == 0 and ':uses:' or ':use_grains:') .. name
local sum = KEYS[1] .. ':use_sums:' .. name

local function at_of(entry)
  return tonumber(string.match(entry, '^%d+'))
end
local function many_of(entry)
  return tonumber(string.match(entry, ':(%d+)$') or 1)
end

local last = redis.call('LINDEX', key, -1)
if last and at_of(last) > now + span then
  redis.call('DEL', key, sum)
  last = nil
end
local gone = 0
local first = last and redis.call('LINDEX', key, 0)
while first and at_of(first) <= now - span do
  redis.call('LPOP', key)
  gone = gone + many_of(first)
  first = redis.call('LINDEX', key, 0)
end
if not first then
  last = nil
end

local used
if grain == 0 then
  used = redis.call('LLEN', key)
else
  used = first and tonumber(redis.call('GET', sum) or 0) - gone or 0
end
if used >= most then
  if gone > 0 and grain > 0 then
    redis.call('SET', sum, int(used), 'KEEPTTL')
  end
  return int(math.max(1, math.min(at_of(first) + span - now, span)))
end

local stamp = now
if grain > 0 then
  stamp = math.ceil(now / grain) * grain
end
if grain > 0 and last and at_of(last) >= stamp then
  redis.call('LSET', key, -1, int(at_of(last)) .. ':' .. int(many_of(last) + 1))
else
  redis.call('RPUSH', key, grain == 0 and int(stamp) or int(stamp) .. ':1')
end
local ends = int(math.ceil((now + span + grain) / 1000) + 1000)
redis.call('PEXPIREAT', key, ends)
if grain > 0 then
  redis.call('SET', sum, int(used + 1), 'PXAT', ends)
end
return '0'
