local P = KEYS[1]
local conversation, owner, fence, lease = take(), take(), take(), take_number()
if not owned(P, conversation, owner, fence) then
  return { 'stale' }
end
hold(P, conversation, now + lease)
return { 'ok' }
