-- The locks of one hotel that exist now. Nothing is written: what has expired is entered by whoever next writes.
local T = KEYS[1]
return redis.call('ZCARD', T .. ':standing') - redis.call('ZCOUNT', T .. ':expiry', '-inf', int(now))
