/**
 * Numbers a writer, once it has shown that it may do all that `commit` does: a script that is refused half-way is not
 * undone.
 */
const enlist = `
for _, command in ipairs({
  { 'DEL', STAGE }, { 'HSET', STAGE, 'a', '1' }, { 'HDEL', STAGE, 'a' }, { 'ZADD', STAGE, '0', 'a' },
  { 'ZREMRANGEBYSCORE', STAGE, '1', '2' }, { 'ZREM', STAGE, 'a' }, { 'SADD', STAGE, 'a' }, { 'DEL', STAGE },
  { 'RPUSH', STAGE, 'a' }, { 'PEXPIRE', STAGE, '1000' }, { 'LLEN', STAGE }, { 'LRANGE', STAGE, '0', '0' },
  { 'DEL', STAGE }, { 'HGET', HEAD, 'last' }, { 'HMGET', HEAD, 'last' }, { 'ZREVRANGE', CHANGES, '0', '0' },
  { 'ZRANGEBYLEX', LINKS, '[a', '[a' },
}) do
  local answer = redis.pcall(unpack(command))
  if type(answer) == 'table' and answer.err then
    redis.pcall('DEL', STAGE)
    return redis.error_reply('ERR ' .. command[1] .. ' is refused: ' .. answer.err)
  end
end
return tostring(call('HINCRBY', HEAD, 'writers', 1))
`;

/**
 * Lays a part of a batch ready: the base, how many values lie there already, for how long they lie in milliseconds, and
 * the values. A part that comes twice, as clients may send it again, lies there once.
 */
const stage = `
if call('HGET', HEAD, 'revision') ~= ARGV[1] then return 0 end
local before, there = tonumber(ARGV[2]), call('LLEN', STAGE)
if there == before then
  for first = 4, #ARGV, 1000 do call('RPUSH', STAGE, unpack(ARGV, first, math.min(first + 999, #ARGV))) end
elseif there ~= before + #ARGV - 3 then
  return 0
end
call('PEXPIRE', STAGE, ARGV[3])
return 1
`;

/**
 * Writes a batch: its token, its base, the head afterwards, how many changes are kept (0 for all), how many values lie
 * ready (0 for none), the channel, and otherwise the values. Gives 1 where it is written, be it before: clients may send
 * it again. Nothing is written before all is known to be there.
 */
const commit = `
local token, base, revision, shapes, next_seq, keyer, keep, staged, channel = unpack(ARGV, 1, 9)
local now = call('HMGET', HEAD, 'revision', 'last', 'complete')
if now[2] == token and now[1] == revision then return 1 end
if now[1] ~= base then return 0 end
staged = tonumber(staged)
if staged > 0 and call('LLEN', STAGE) ~= staged then return 0 end

local values, at, taken = ARGV, 9, 0
if staged > 0 then values, at = {}, 0 end
local function value()
  at = at + 1
  if at > #values and taken < staged then
    values, at = call('LRANGE', STAGE, taken, taken + 99), 1
    taken = taken + #values
  end
  return values[at]
end

local function file(key, row)
  if call('ZADD', KEYED, '0', key .. ':' .. row) == 1 then call('HINCRBY', SIZES, key, '1') end
end

local function unfile(key, row)
  if call('ZREM', KEYED, key .. ':' .. row) == 0 then return end
  if call('HINCRBY', SIZES, key, '-1') == 0 then call('HDEL', SIZES, key) end
end

local function forget_keys(seq)
  local keys = call('HGET', HELD, seq) or ''
  for first = 1, #keys, 16 do unfile(sub(keys, first, first + 15), seq) end
end

local function forget_link(member)
  call('ZREM', LINKS, member)
  unfile(sub(member, -16), sub(member, 1, -18))
end

local place = 0
local write = {
  delete = function()
    local uid, seq = value(), value()
    forget_keys(seq)
    call('HDEL', HELD, seq)
    call('HDEL', POLICIES, seq)
    call('HDEL', UIDS, uid)
    call('ZREM', ORDER, seq)
    repeat
      local some = below(LINKS, seq, 'LIMIT', '0', '1000')
      for each = 1, #some do forget_link(some[each]) end
    until #some < 1000
  end,
  unlink = function()
    local seq, text = seq_of(call('HGET', UIDS, value())), value()
    local known = seq and linked(seq, text)
    if known then forget_link(known) end
  end,
  put = function()
    local uid, seq, record, keys = value(), value(), value(), value()
    forget_keys(seq)
    call('HSET', UIDS, uid, is_template(record) and seq .. 't' or seq)
    call('HSET', POLICIES, seq, record)
    call('ZADD', ORDER, seq, seq)
    call('HSET', HELD, seq, keys)
    for first = 1, #keys, 16 do file(sub(keys, first, first + 15), seq) end
  end,
  link = function()
    local seq, text, key = value(), value(), value()
    local known = linked(seq, text)
    if known then forget_link(known) end
    call('ZADD', LINKS, '0', seq .. ':' .. text .. '\\0' .. key)
    file(key, seq .. ':' .. text)
  end,
  forget = function() call('DEL', SHAPES) end,
  shape = function() call('SADD', SHAPES, value()) end,
  change = function()
    call('ZADD', CHANGES, revision, revision .. ':' .. string.format('%08d', place) .. ':' .. value())
    place = place + 1
  end,
}
local kind = value()
while kind do
  write[kind]()
  kind = value()
end

local complete = now[3]
local kept = tonumber(keep)
local oldest = kept > 0 and call('ZREVRANGE', CHANGES, kept - 1, kept - 1, 'WITHSCORES')[2]
if oldest then
  call('ZREMRANGEBYSCORE', CHANGES, '-inf', '(' .. oldest)
  complete = string.format('%.0f', math.max(tonumber(complete), tonumber(oldest) - 1))
end
call('HSET', HEAD, 'revision', revision, 'shapes', shapes, 'next', next_seq, 'keyer', keyer, 'complete', complete,
  'last', token)
if staged > 0 then call('DEL', STAGE) end
-- who does not hear of it asks
redis.pcall('PUBLISH', channel, revision)
return 1
`;

/** The name of a script that writes. */
export type WriteScript = 'enlist' | 'stage' | 'commit';

/** What is written. */
export const WRITE_SCRIPTS: Readonly<Record<WriteScript, string>> = { enlist, stage, commit };
