import { type JsonObject, MemoryStorage } from 'cardea';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  documentEntities,
  type EntityRecord,
  type EntityReference,
  type EntitySource,
  httpEntities,
  sourceDirectory,
  type SourceDirectoryOptions,
} from '../src/index.ts';
import { editingPoint } from './editing-point.ts';
import { PERMITTED, POLICIES } from './library.ts';

const UNKNOWN = { status: 503 };

/** A source that counts, and fails when it is told to. */
class Source implements EntitySource {
  readonly types = ['user', 'group', 'a:b', 'a'];
  readonly asked: string[] = [];
  fails = false;
  readonly #known: (reference: EntityReference) => EntityRecord | undefined;

  constructor(known: (reference: EntityReference) => EntityRecord | undefined) {
    this.#known = known;
  }

  async read(reference: EntityReference): Promise<EntityRecord | undefined> {
    this.asked.push(`${reference.type} ${reference.id}`);
    await Promise.resolve();
    if (this.fails) throw new Error('connect db.internal: password=hunter2');
    return this.#known(reference);
  }

  async list(): Promise<readonly string[]> {
    if (this.fails) throw new Error('connect db.internal');
    return ['x'];
  }
}

const chain = (length: number): Source =>
  new Source(({ id }) => ({
    properties: {},
    parents: Number(id) < length ? [{ type: 'group', id: `${Number(id) + 1}` }] : [],
  }));
const constant = (properties: JsonObject): Source => new Source(() => ({ properties, parents: [] }));
const directoryOf = (source: EntitySource, options: Partial<SourceDirectoryOptions> = {}) =>
  sourceDirectory({ sources: [source], ...options });

describe('documents beside other sources', () => {
  const entities = [
    { type: 'book', id: '2', properties: { kind: 'map' }, parents: [{ type: 'group', id: '0' }] },
    { type: 'book', id: '1' },
  ];

  it('are in what others know, and are listed in the order of their ids', async () => {
    const directory = sourceDirectory({ sources: [documentEntities(entities), chain(1)] });
    expect(await directory.find('book', '2')).toEqual({ kind: 'map', ancestors: ['group:0', 'group:1'] });
    expect([await directory.find('book', '1'), await directory.find('book', '3')]).toEqual([{}, undefined]);
    expect(await directory.list('book', undefined, 9)).toEqual(['1', '2']);
    expect(await directory.list('book', '1', 9)).toEqual(['2']);
  });

  it('have each entity once, and each type of one source', () => {
    expect(() => documentEntities([...entities, ...entities])).toThrow('entity `book:2` is there twice');
    const groups = documentEntities([{ type: 'group', id: '0' }]);
    expect(() => sourceDirectory({ sources: [groups, chain(1)] })).toThrow('two sources know the type `group`');
  });
});

describe('a directory of sources', () => {
  it('goes up as many levels as it may, and never tells a part of them', async () => {
    const groups = (count: number) => ({
      ancestors: Array.from({ length: count }, (_, at) => `group:${at + 1}`).sort(),
    });
    expect(await directoryOf(chain(4), { depth: 4 }).find('group', '0')).toEqual(groups(4));
    await expect(directoryOf(chain(5), { depth: 4 }).find('group', '0')).rejects.toMatchObject(UNKNOWN);
    expect(await directoryOf(chain(5), { ancestors: 5 }).find('group', '0')).toEqual(groups(5));
    await expect(directoryOf(chain(6), { ancestors: 5 }).find('group', '0')).rejects.toMatchObject(UNKNOWN);
  });

  it('ends where groups are in each other, and asks for each once', async () => {
    const source = new Source(({ id }) => ({
      properties: {},
      parents: ['x', 'y', 'z'].filter((of) => of !== id).map((of) => ({ type: 'group', id: of })),
    }));
    const found = await directoryOf(source).find('group', 'x');
    expect(found).toEqual({ ancestors: ['group:x', 'group:y', 'group:z'] });
    expect(source.asked.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['group x', 'group y', 'group z']);
  });

  it('remembers for a time, what is not there too, and then asks again', async () => {
    let elapsed = 1000;
    const source = new Source(({ id }) => (id === 'nobody' ? undefined : { properties: { id }, parents: [] }));
    const directory = directoryOf(source, { maxAgeMs: 100, clock: { now: () => 0, elapsed: () => elapsed } });
    const ask = async (): Promise<number> => {
      expect(await directory.find('user', 'alice')).toEqual({ id: 'alice' });
      expect(await directory.find('user', 'nobody')).toBeUndefined();
      return source.asked.length;
    };
    expect([await ask(), await ask()]).toEqual([2, 2]);
    elapsed += 99;
    expect(await ask()).toBe(2);
    elapsed += 2;
    expect(await ask()).toBe(4);
  });

  it('remembers no more entities than it may', async () => {
    const source = constant({});
    const directory = directoryOf(source, { maxEntities: 2 });
    for (const id of ['a', 'b', 'c', 'c', 'b', 'a']) await directory.find('user', id);
    expect(source.asked).toEqual(['user a', 'user b', 'user c', 'user a']);
  });

  it('asks once for what many want at the same time', async () => {
    const source = constant({});
    const directory = directoryOf(source, { maxAgeMs: 0 });
    await Promise.all(Array.from({ length: 20 }, async () => directory.find('user', 'alice')));
    expect(source.asked).toHaveLength(1);
    await directory.find('user', 'alice');
    expect(source.asked).toHaveLength(2);
  });

  it('confuses no two entities, whatever colons and quotes they have', async () => {
    const source = new Source(({ type, id }) => ({ properties: { is: `${type}|${id}` }, parents: [] }));
    const directory = directoryOf(source);
    const text = fc.constantFrom('', ':', 'c', 'b:c', '"', '","', '__proto__', 'constructor', '[', '\\');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('a', 'a:b', 'user'), text, async (type, id) => {
        expect(await directory.find(type, id)).toEqual({ is: `${type}|${id}` });
      }),
    );
  });

  it('never permits what it does not know, tells nobody why but the log, and remembers no failure', async () => {
    const told: object[] = [];
    const log = (fields: object): void => void told.push(fields);
    const logger = { trace: log, debug: log, info: log, warn: log, error: log };
    const source = constant({});
    source.fails = true;
    const { ask } = await editingPoint(new MemoryStorage(POLICIES), { directory: directoryOf(source, { logger }) });
    const post = { method: 'POST', role: 'decider' } as const;
    const single = await ask('/access/v1/evaluation', { ...post, body: PERMITTED });
    expect([single.status, single.text]).toEqual([503, '{"error":"policies or attributes cannot be read"}']);
    expect(single.headers['retry-after']).toBe('1');
    const several = await ask('/access/v1/evaluations', { ...post, body: { ...PERMITTED, evaluations: [{}] } });
    expect(several.body).toMatchObject({ evaluations: [{ decision: false, context: { error: { status: 503 } } }] });
    const search = { ...PERMITTED, subject: { type: 'user' } };
    expect((await ask('/access/v1/search/subject', { ...post, body: search })).status).toBe(503);
    expect(told.length).toBeGreaterThanOrEqual(3);
    source.fails = false;
    expect((await ask('/access/v1/evaluation', { ...post, body: PERMITTED })).body).toEqual({ decision: true });
  });

  it('waits no longer than it may', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const directory = directoryOf({ types: ['user'], read: never, list: never }, { timeoutMs: 30 });
    await expect(directory.find('user', 'alice')).rejects.toMatchObject(UNKNOWN);
    await expect(directory.list('user', undefined, 1)).rejects.toMatchObject(UNKNOWN);
  });

  it.each<[string, Partial<SourceDirectoryOptions>]>([
    ['two sources of one type', { sources: [constant({}), constant({})] }],
    ['no levels', { depth: 0 }],
    ['no time', { timeoutMs: 0 }],
    ['half an entity', { maxEntities: 1.5 }],
  ])('is not made with %s', (_, options) => {
    expect(() => directoryOf(constant({}), options)).toThrow();
  });
});

describe('entities of a service', () => {
  const URL_OF = 'https://people.internal/entities';
  const alice = { type: 'user', id: 'alice', properties: { role: 'boss' }, parents: [{ type: 'group', id: 'g' }] };
  const ask = (answer: (url: URL, init: RequestInit) => Response | Promise<Response>, options: object = {}) => {
    const fetch = (async (url: URL, init: RequestInit) => answer(url, init)) as typeof globalThis.fetch;
    return sourceDirectory({
      sources: [httpEntities({ url: URL_OF, types: ['user', 'group'], fetch, ...options })],
      timeoutMs: 200,
    });
  };
  const known = (url: URL): Response =>
    url.searchParams.get('id') === 'alice' ? Response.json(alice) : new Response('', { status: 404 });

  it('are asked for by parameters, and lead to no other place', async () => {
    const ids = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '../admin',
        '%2e%2e',
        '//evil.example',
        '?x',
        '#x',
        '&type=group',
        '\r\nHost: x',
        '\\',
        'a b',
        '@evil',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }).filter((id) => id.isWellFormed()),
    );
    await fc.assert(
      fc.asyncProperty(ids, async (id) => {
        const asked: URL[] = [];
        const directory = ask((url) => {
          asked.push(url);
          return new Response('', { status: 404 });
        });
        expect(await directory.find('user', id)).toBeUndefined();
        const [url] = asked as [URL];
        expect(`${url.origin}${url.pathname}`).toBe(URL_OF);
        expect([...url.searchParams]).toEqual([
          ['type', 'user'],
          ['id', id],
        ]);
      }),
    );
  });

  it('have properties and ancestors, and are listed', async () => {
    const sent: RequestInit[] = [];
    const directory = ask(
      (url, init) => {
        sent.push(init);
        return url.searchParams.has('limit') ? Response.json({ ids: ['alice'] }) : known(url);
      },
      { headers: { authorization: 'Bearer x' } },
    );
    expect(await directory.find('user', 'alice')).toEqual({ role: 'boss', ancestors: ['group:g'] });
    expect(await directory.list('user', undefined, 5)).toEqual(['alice']);
    expect(sent[0]).toMatchObject({ redirect: 'error', headers: { authorization: 'Bearer x' } });
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['that fails', () => Promise.reject(new TypeError('fetch failed'))],
    ['of 500', () => new Response('', { status: 500 })],
    ['of 200 that is empty', () => new Response('')],
    ['of another status of success', () => new Response(JSON.stringify(alice), { status: 203 })],
    ['that is no JSON', () => new Response('<html>')],
    ['with a member twice', () => new Response('{"type":"user","id":"alice","id":"alice"}')],
    ['of another entity', () => Response.json({ ...alice, id: 'bob' })],
    ['of another type', () => Response.json({ ...alice, type: 'group' })],
    ['that is no entity', () => Response.json({ ...alice, properties: [] })],
    ['with ancestors of its own', () => Response.json({ ...alice, properties: { ancestors: ['group:admin'] } })],
    ['that is too long', () => Response.json({ ...alice, properties: { x: 'x'.repeat(2 << 20) } })],
    ['that does not come', () => new Promise<Response>(() => undefined)],
  ])('are not known by an answer %s, and nothing is permitted', async (_, answer) => {
    await expect(ask(answer).find('user', 'alice')).rejects.toMatchObject(UNKNOWN);
  });

  it.each<[string, unknown]>([
    ['that are no list', { ids: 'alice' }],
    ['that are numbers', { ids: [1] }],
    ['that are more than were asked for', { ids: ['a', 'b', 'c'] }],
    ['that are a list alone', ['a']],
  ])('are not listed by ids %s', async (_, body) => {
    await expect(ask(() => Response.json(body)).list('user', undefined, 2)).rejects.toMatchObject(UNKNOWN);
  });

  it.each(['people', 'file:///etc/passwd', 'https://people.internal/?x=1', 'https://a:b@people.internal/', 'data:,x'])(
    'are not at `%s`',
    (url) => {
      expect(() => httpEntities({ url, types: [] })).toThrow('no URL of HTTP');
    },
  );
});
