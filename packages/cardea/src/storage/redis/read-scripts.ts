const head = `
return head()
`;

const get = `
local seq = seq_of(call('HGET', UIDS, ARGV[1]))
return seq and rows({ seq }) or {}
`;

/** After a sequence number, so many. */
const page = `
return rows(call('ZRANGEBYSCORE', ORDER, '(' .. ARGV[1], '+inf', 'LIMIT', '0', ARGV[2]))
`;

/** From a rank to a rank. */
const slice = `
return rows(call('ZRANGE', ORDER, ARGV[1], ARGV[2]))
`;

const shapes = `
return { head(), call('SMEMBERS', SHAPES) }
`;

/** After a revision. Where some of these are forgotten nobody asks for the others. */
const changes = `
local now = head()
if tonumber(ARGV[1]) < tonumber(now[5]) then return { now, {} } end
return { now, call('ZRANGEBYSCORE', CHANGES, '(' .. ARGV[1], '+inf') }
`;

/** How many uids, how many uids to count the links of, these uids, the templates of the links, the texts of the links. */
const facts = `
local uids, counted = tonumber(ARGV[1]), tonumber(ARGV[2])
local links = (#ARGV - 2 - uids - counted) / 2
local asked = {}
for at = 1, uids + counted + links do asked[at] = ARGV[2 + at] end
local stored = many(UIDS, asked)
local seqs, templates, counts, has = {}, {}, {}, {}
for at = 1, uids do
  seqs[at] = stored[at]
  if stored[at] and sub(stored[at], -1) == 't' then templates[#templates + 1] = seq_of(stored[at]) end
end
for at = 1, counted do
  local seq = seq_of(stored[uids + at])
  counts[at] = seq and call('ZLEXCOUNT', LINKS, '[' .. seq .. ':', '(' .. seq .. ';') or 0
end
for at = 1, links do
  local seq = seq_of(stored[uids + counted + at])
  has[at] = seq and linked(seq, ARGV[2 + uids + counted + links + at]) and 1 or 0
end
return { head(), seqs, rows(templates), counts, has }
`;

/** Of a template or, where this is empty, of all; after a place, so many; with the templates. */
const links = `
local first, last = '-', '+'
if ARGV[1] ~= '' then
  local seq = seq_of(call('HGET', UIDS, ARGV[1]))
  if not seq then return { {}, {} } end
  first, last = '[' .. seq .. ':', '(' .. seq .. ';'
end
-- behind the link of this text, whatever its key is by now
if ARGV[2] ~= '' then first = '[' .. ARGV[2] .. '\\1' end
local found, seqs, seen = {}, {}, {}
for at, member in ipairs(call('ZRANGEBYLEX', LINKS, first, last, 'LIMIT', '0', ARGV[3])) do
  found[at] = sub(member, 1, -18)
  local seq = string.match(member, '^%d+')
  if not seen[seq] then
    seen[seq] = true
    seqs[#seqs + 1] = seq
  end
end
return { found, rows(seqs) }
`;

/** The keys. */
const candidates = `
local seqs, links, seen, has = {}, {}, {}, {}
local sizes = many(SIZES, ARGV)
for at = 1, #ARGV do
  for _, member in ipairs(sizes[at] and below(KEYED, ARGV[at]) or {}) do
    local row = sub(member, 18)
    local colon = find(row, ':', 1, true)
    local seq = colon and sub(row, 1, colon - 1) or row
    if colon then
      links[#links + 1] = row
      has[seq] = true
    end
    if not seen[seq] then
      seen[seq] = true
      seqs[#seqs + 1] = seq
    end
  end
end
local policies = rows(seqs)
for at = 1, #seqs do
  if is_template(policies[2 * at]) and not has[seqs[at]] then
    local sample = below(LINKS, seqs[at], 'LIMIT', '0', '1')[1]
    if sample then links[#links + 1] = sub(sample, 1, -18) end
  end
end
return { head(), policies, links }
`;

const everything = `
local links = call('ZRANGE', LINKS, '0', '-1')
for at = 1, #links do links[at] = sub(links[at], 1, -18) end
return { head(), call('HGETALL', POLICIES), links }
`;

/** The name of a script that reads. */
export type ReadScript =
  | 'head'
  | 'get'
  | 'page'
  | 'slice'
  | 'shapes'
  | 'changes'
  | 'facts'
  | 'links'
  | 'candidates'
  | 'everything';

/** What is read, each from one revision since nothing else runs beside a script. */
export const READ_SCRIPTS: Readonly<Record<ReadScript, string>> = {
  head,
  get,
  page,
  slice,
  shapes,
  changes,
  facts,
  links,
  candidates,
  everything,
};
