-- Bookings, jobs, audit and escalations: read and checked before anything is written.
local function take_effects()
  local effects = { bookings = {}, jobs = {}, audit = {}, escalations = {} }
  for i = 1, take_number() do
    effects.bookings[i] = {
      id = take(), version = take_number(), reference = take(), conversation = take(), open = take() == '1',
      created = take(), body = take(),
    }
  end
  for i = 1, take_number() do
    effects.jobs[i] = { id = take(), conversation = take(), booking = take(), due = take(), body = take() }
  end
  for i = 1, take_number() do
    effects.audit[i] = { tenant = take(), conversation = take(), body = take() }
  end
  for i = 1, take_number() do
    effects.escalations[i] = { id = take(), tenant = take(), body = take() }
  end
  return effects
end

-- Say what forbids them; nil when nothing does. *finished* is the job that ends with them.
local function refusal(P, effects, finished)
  local new = {}
  for _, booking in ipairs(effects.bookings) do
    local version = tonumber(string.match(redis.call('HGET', P .. ':versions', booking.id) or '0', '^%d+'))
    local holder = redis.call('HGET', P .. ':references', booking.reference)
    if booking.version ~= version + 1 or (holder and holder ~= booking.id) then
      return 'stale'
    end
    new[booking.id] = true
  end
  for _, job in ipairs(effects.jobs) do
    if not new[job.booking] and redis.call('HEXISTS', P .. ':bookings', job.booking) == 0 then
      return 'no booking'
    end
    if job.id ~= finished and redis.call('EXISTS', P .. ':job:' .. job.id) == 1 then
      return 'stale'
    end
  end
end

-- An instant of this partition that was never given before, so that its records have an order whatever the clock does.
local function stamp(P)
  local last = tonumber(redis.call('HGET', P .. ':meta', 'stamp') or 0)
  local this = int(math.max(now, last + 1))
  redis.call('HSET', P .. ':meta', 'stamp', this)
  return this
end

-- *fence* is that of a job that ended just now: one of the same name counts on from it.
local function write_effects(P, effects, finished, fence)
  for _, booking in ipairs(effects.bookings) do
    redis.call('HSET', P .. ':bookings', booking.id, booking.body)
    redis.call('HSET', P .. ':versions', booking.id, int(booking.version) .. ' ' .. booking.reference)
    redis.call('HSET', P .. ':references', booking.reference, booking.id)
    redis.call('SADD', P .. ':booked:' .. booking.conversation, booking.id)
    if booking.open then
      redis.call('ZADD', P .. ':open', booking.created, booking.id)
    else
      redis.call('ZREM', P .. ':open', booking.id)
    end
  end
  for _, job in ipairs(effects.jobs) do
    redis.call(
      'HSET', P .. ':job:' .. job.id, 'body', job.body, 'booking', job.booking, 'conversation', job.conversation,
      'due', job.due, 'fence', job.id == finished and fence or '0', 'tries', '0'
    )
    redis.call('ZADD', P .. ':due', job.due, job.id)
    redis.call('SADD', P .. ':jobs:' .. job.conversation, job.id)
  end
  if #effects.audit + #effects.escalations == 0 then
    return
  end
  local this = stamp(P)
  for _, entry in ipairs(effects.audit) do
    local item = this .. ':' .. entry.body
    redis.call('RPUSH', P .. ':audit:' .. entry.tenant, item)
    redis.call('RPUSH', P .. ':audited:' .. #entry.tenant .. ':' .. entry.tenant .. ':' .. entry.conversation, item)
    redis.call('SADD', P .. ':tenants', entry.tenant)
  end
  for i, kept in ipairs(effects.escalations) do
    if redis.call('HSETNX', P .. ':escalations', kept.id, kept.body) == 1 then
      local member = string.format('%06d', i) .. kept.id
      redis.call('ZADD', P .. ':escalated', this, member)
      redis.call('ZADD', P .. ':escalated:' .. kept.tenant, this, member)
      redis.call('SADD', P .. ':tenants', kept.tenant)
    end
  end
end
