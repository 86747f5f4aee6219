-- The last entries of a trail, newest first.
local which, since, limit = take(), take(), take_number()
return redis.call('ZREVRANGEBYSCORE', T .. which, '+inf', since, 'WITHSCORES', 'LIMIT', 0, limit)
