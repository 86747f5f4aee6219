local lock = owned(take(), take())
if lock then
  finish(lock, 'release', int(now))
end
return { 'ok' }
