local P, letter = find_letter(take())
if not P then
  return 0
end
end_letter(P, letter.id)
redis.call('HSETNX', P .. ':conversation:' .. letter.conversation, 'tenant', letter.tenant)
if letter.line ~= '' then
  redis.call('HSET', P .. ':inbox:' .. letter.conversation, 'l' .. letter.id, letter.line)
end
wait(P, letter, letter.member)
return 1
