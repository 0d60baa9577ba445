import { Guard, MemoryStorage } from 'cardea';
import { type Decides, DecisionClient, type Vocabulary } from '../src/index.ts';

interface Library extends Vocabulary {
  readonly subject: { readonly type: 'user'; readonly id: string };
  readonly action: { readonly name: 'read' | 'lend' };
  readonly resource:
    | { readonly type: 'book'; readonly id: `isbn-${number}` }
    | { readonly type: 'shelf'; readonly id: string };
}

const client = new DecisionClient<Library>({ url: 'https://pdp.example.com' });
const subject = { type: 'user', id: 'alice' } as const;
const action = { name: 'read' } as const;

await client.isAllowed({ subject, action, resource: { type: 'book', id: 'isbn-1' } });
// @ts-expect-error: no such action
await client.isAllowed({ subject, action: { name: 'burn' }, resource: { type: 'shelf', id: 's' } });
// @ts-expect-error: no such id of a book
await client.isAllowed({ subject, action, resource: { type: 'book', id: 's' } });
// @ts-expect-error: the resource is missing
await client.isAllowed({ subject, action });
await client.evaluateAll({ subject, action, evaluations: [{ resource: { type: 'shelf', id: 's' } }] });
// @ts-expect-error: no such type
await client.evaluateAll({ subject, action, evaluations: [{ resource: { type: 'cellar', id: 's' } }] });

for await (const { type, id } of client.searchResources({ subject, action, resource: { type: 'book' } })) {
  const found: readonly ['book', `isbn-${number}`] = [type, id];
  await client.isAllowed({ subject, action, resource: { type: found[0], id: found[1] } });
}
// @ts-expect-error: no such type
client.searchResources({ subject, action, resource: { type: 'cellar' } });

// What middleware asks: a client, or a guard in this process.
const decides: readonly Decides[] = [
  new Guard(new MemoryStorage()),
  new DecisionClient({ url: 'https://pdp.example.com' }),
];
await Promise.all(decides.map((each) => each.check({ subject, action, resource: { type: 'shelf', id: 's' } })));
