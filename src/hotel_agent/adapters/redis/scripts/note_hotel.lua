-- The hotels whose locks are kept here: their trails are looked for by these names.
redis.call('SADD', KEYS[1] .. ':hotels', take())
return { 'ok' }
