local P = KEYS[1]
local job, owner, fence, lease = take(), take(), take(), take_number()
if not owned_job(P, job, owner, fence) then
  return { 'stale' }
end
hold_job(P, job, now + lease)
return { 'ok' }
