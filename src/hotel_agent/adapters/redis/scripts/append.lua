local P = KEYS[1]
local event = take_event()
if of_another_hotel(P, event) then
  return { 'another hotel' }
end
local id, new = append(P, event)
return { 'ok', id, new }
