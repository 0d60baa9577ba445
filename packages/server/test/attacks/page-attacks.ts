import { pageTokens } from '../../src/authzen/page-token.ts';
import { type Attack, PERMITTED, written } from './attack.ts';
import { exchange } from './raw-http.ts';
import type { Target } from './target.ts';

const SEARCH = { ...PERMITTED, resource: { type: 'book' } };
const PATH = '/access/v1/search/resource';

/** Searches that go on where nobody let them. */
export const PAGE_ATTACKS: readonly Attack[] = [
  replayed('for another subject', (token) => ({ ...SEARCH, subject: { type: 'user', id: 'bob' }, page: { token } })),
  replayed('for another type', (token) => ({ ...SEARCH, resource: { type: 'user' }, page: { token } })),
  replayed('for another action', (token) => ({ ...SEARCH, action: { name: 'lend' }, page: { token } })),
  replayed('with a context', (token) => ({ ...SEARCH, context: {}, page: { token } })),
  replayed('with properties', (token) => ({
    ...SEARCH,
    subject: { ...SEARCH.subject, properties: {} },
    page: { token },
  })),
  replayed('with another limit', (token) => ({ ...SEARCH, page: { token, limit: 2 } })),
  replayed('for subjects', (token) => ({ ...PERMITTED, page: { token } }), '/access/v1/search/subject'),
  replayed('cut off', (token) => ({ ...SEARCH, page: { token: token.slice(0, -1) } })),
  replayed('that is only a beginning', (token) => ({ ...SEARCH, page: { token: token.slice(0, 12) } })),
  replayed('with a letter more', (token) => ({ ...SEARCH, page: { token: `${token}A` } })),
  replayed('twice in one', (token) => ({ ...SEARCH, page: { token: token + token } })),
  replayed('with its first byte changed', (token) => ({ ...SEARCH, page: { token: changed(token, 0) } })),
  replayed('with its last byte changed', (token) => ({ ...SEARCH, page: { token: changed(token, -1) } })),
  replayed('in a list', (token) => ({ ...SEARCH, page: { token: [token] } })),
  replayed('with a space', (token) => ({ ...SEARCH, page: { token: ` ${token}` } })),
  replayed('of nobody', () => ({ ...SEARCH, page: { token: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' } })),
  replayed('in clear', () => ({ ...SEARCH, page: { token: Buffer.from('[1,"a"]').toString('base64url') } })),
  replayed('of sixty thousand letters', () => ({ ...SEARCH, page: { token: 'A'.repeat(60_000) } })),
  {
    name: 'a token made with another key',
    statuses: [400],
    pieces: async (target) => {
      const tokens = await pageTokens([new Uint8Array(32).fill(7)]);
      const token = await tokens.seal({ limit: 1, after: 'a' }, JSON.stringify({ kind: 'resource', ...SEARCH }));
      return written(target, { path: PATH, body: JSON.stringify({ ...SEARCH, page: { token } }) });
    },
  },
];

function replayed(name: string, request: (token: string) => object, path = PATH): Attack {
  return {
    name: `a token ${name}`,
    statuses: [400],
    pieces: async (target) => written(target, { path, body: JSON.stringify(request(await tokenOf(target))) }),
  };
}

async function tokenOf(target: Target): Promise<string> {
  const body = JSON.stringify({ ...SEARCH, page: { limit: 1 } });
  const { answers } = await exchange(target.port, written(target, { path: PATH, body }), { expected: 1 });
  const { page } = JSON.parse(answers[0]?.body ?? '') as { readonly page: { readonly next_token: string } };
  return page.next_token;
}

/** With another letter in its place, one whose upper bits differ, as the lowest of the last letter are not read. */
function changed(token: string, at: number): string {
  const place = at < 0 ? token.length + at : at;
  return `${token.slice(0, place)}${token[place] === 'A' ? 'g' : 'A'}${token.slice(place + 1)}`;
}
