local lock = read(take())
return lock and told(lock)
