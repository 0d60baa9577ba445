/**
 * What every script begins with: the names of the keys, the version of their layout, and how a few things are read.
 *
 * | key | type | what |
 * |---|---|---|
 * | head | hash | the head, `writers` there have been, `last` batch |
 * | uids | hash | a uid as JSON → its sequence number, and `t` behind that of a template |
 * | policies | hash | a sequence number → `t` or `p`, the uid as JSON, a line feed, the document |
 * | order | sorted set | sequence numbers by themselves |
 * | keyed | sorted set | `key:seq` of policies and `key:seq:text` of links, all of one score: looked up by their beginning |
 * | sizes | hash | a key → how many have it: most keys that are asked for have nobody, and a hash says so at once |
 * | held | hash | a sequence number → the keys of the policy, one after the other |
 * | links | sorted set | `seq:text`, NUL and the key, all of one score |
 * | shapes | set | the shapes |
 * | changes | sorted set | `revision:place:change` by revision |
 * | migrations | hash | the version of this layout, and the step that a migration is at |
 *
 * These are all: a script touches no key that it is not given. So a cluster that moves them to another node refuses it,
 * where a script that makes up names of keys would find those that are gone already empty, and miss a deny.
 *
 * No script reads or writes another layout than its own, nor one that is being migrated: whoever asks an old program while
 * a new one migrates is refused, rather than answered from half of the policies.
 *
 * Numbers stay texts, since Lua writes large ones with an exponent. Lists are handed on a thousand at a time: the stack of
 * Lua holds no more than some thousand values.
 */
export const PRELUDE: string = String.raw`
local HEAD, UIDS, POLICIES, ORDER, KEYED, SIZES, HELD, LINKS, SHAPES, CHANGES, MIGRATIONS, STAGE = unpack(KEYS)
local call, find, sub = redis.call, string.find, string.sub

local layout = call('HMGET', MIGRATIONS, 'version', 'step')
if layout[1] ~= '1' or layout[2] then return redis.error_reply('LAYOUT ' .. (layout[1] or '0')) end

local function head()
  return call('HMGET', HEAD, 'revision', 'shapes', 'next', 'keyer', 'complete')
end

local function many(hash, fields)
  local found = {}
  for first = 1, #fields, 1000 do
    local some = call('HMGET', hash, unpack(fields, first, math.min(first + 999, #fields)))
    for at = 1, #some do found[first + at - 1] = some[at] end
  end
  return found
end

-- sequence numbers, each followed by what is stored of it
local function rows(seqs)
  local records, both = many(POLICIES, seqs), {}
  for at = 1, #seqs do
    both[2 * at - 1] = seqs[at]
    both[2 * at] = records[at]
  end
  return both
end

-- what begins with a sequence number or a key, a thousand at most where it is to be taken away
local function below(set, start, ...)
  return call('ZRANGEBYLEX', set, '[' .. start .. ':', '(' .. start .. ';', ...)
end

local function linked(seq, text)
  local at = seq .. ':' .. text
  return call('ZRANGEBYLEX', LINKS, '[' .. at .. '\0', '(' .. at .. '\1', 'LIMIT', '0', '1')[1]
end

local function is_template(stored)
  return stored and sub(stored, 1, 1) == 't'
end

-- of what the hash of uids says
local function seq_of(stored)
  return stored and string.match(stored, '^%d+')
end
`;
