-- Bookings, jobs, audit and escalations: read and checked before anything is written.
--   P:entries          audit entries; P:audit:t and P:audited:<t>c those of a hotel and of a conversation, in order
--   P:old:<what>       what may be removed one day, by the instant from which its age counts (purge.lua)
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
    effects.audit[i] = { tenant = take(), conversation = take(), at = take(), body = take() }
  end
  for i = 1, take_number() do
    effects.escalations[i] = take_escalation()
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

-- *fence* is that of a job that ended just now: one of the same name counts on from it.
local function write_effects(P, effects, finished, fence)
  for _, booking in ipairs(effects.bookings) do
    redis.call('HSET', P .. ':bookings', booking.id, booking.body)
    redis.call('HSET', P .. ':versions', booking.id, int(booking.version) .. ' ' .. booking.reference)
    redis.call('HSET', P .. ':references', booking.reference, booking.id)
    redis.call('SADD', P .. ':booked:' .. booking.conversation, booking.id)
    local settled = joined(booking.conversation, booking.id)
    if booking.open then
      redis.call('ZADD', P .. ':open', booking.created, booking.id)
      redis.call('ZREM', P .. ':old:bookings', settled)
    else
      redis.call('ZREM', P .. ':open', booking.id)
      redis.call('ZADD', P .. ':old:bookings', booking.created, settled)
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
  if #effects.jobs > 0 then
    ring(P, 'jobs')
  end
  if #effects.audit + #effects.escalations == 0 then
    return
  end
  local this = stamp(P)
  for i, entry in ipairs(effects.audit) do
    local ref = string.format('%06d', i) .. this
    redis.call('HSET', P .. ':entries', ref, entry.body)
    redis.call('ZADD', P .. ':audit:' .. entry.tenant, this, ref)
    redis.call('ZADD', P .. ':audited:' .. joined(entry.tenant) .. entry.conversation, this, ref)
    redis.call('ZADD', P .. ':old:audit', entry.at, joined(entry.tenant, entry.conversation, ref))
  end
  for i, kept in ipairs(effects.escalations) do
    escalate(P, kept, this, i)
  end
end
