-- What is known of a message; false where it is not.
local message = take()
for _, P in ipairs(KEYS) do
  local status = redis.call('HGET', P .. ':delivery:' .. message, 'status')
  if status then
    return status
  end
end
return false
