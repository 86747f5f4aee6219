local P = KEYS[1]
local job, owner, fence = take(), take(), take()
if not owned_job(P, job, owner, fence) then
  return { 'stale' }
end
local effects = take_effects()
local booking = effects.bookings[1]
if redis.call('HGET', P .. ':bookings', booking.id) == booking.body then
  -- The same once more: it was written already.
  return { 'ok' }
end
local refused = refusal(P, effects)
if refused then
  return { refused }
end
write_effects(P, effects)
return { 'ok' }
