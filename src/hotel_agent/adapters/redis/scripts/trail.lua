local which, since, limit = take(), take(), take_number()
return redis.call('ZRANGEBYSCORE', T .. which, since, '+inf', 'WITHSCORES', 'LIMIT', 0, limit)
