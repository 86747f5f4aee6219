-- It counts as handled from its last try on.
local P, letter = find_letter(take())
if not P then
  return 0
end
local tried = redis.call('ZSCORE', P .. ':old:dead_letters', letter.id)
end_letter(P, letter.id)
redis.call('ZADD', P .. ':old:events', tried, joined(letter.conversation, letter.seen, letter.line))
return 1
