import { expect, it } from 'vitest';
import { DATABASES } from '../../test/databases.ts';
import { policiesOfStatements } from '../syntax/statements/policies-of-statements.ts';
import { principal } from '../syntax/statements/principal.ts';
import { StatementGuard } from './statement-guard.ts';

const TIMEOUT_MS = 60_000;
const country = (geo: string): object => ({ Sid: geo, Effect: 'Allow', Action: 'get', Resource: { geo } });

for (const database of DATABASES) {
  database.describe(`what a guard of statements remembers, over ${database.name}`, (create) => {
    it('is forgotten when another instance changes statements, and nobody asks for it', {
      timeout: TIMEOUT_MS,
    }, async () => {
      const place = await create();
      try {
        const here = await place.open({ pollMs: 50 });
        const memberships = new Map([['alice', ['a']]]);
        const guard = new StatementGuard(await place.open({ pollMs: 50 }), {
          principals: (user) => principal(user, { groups: memberships.get(user) ?? [] }),
          // Only the feed of changes makes it ask again.
          maxAgeMs: Number.MAX_SAFE_INTEGER,
        });
        await guard.ready();
        const sees = (geo: string) => () => guard.allows('alice', 'get', { geo });
        const patience = { timeout: TIMEOUT_MS / 4 };
        expect(sees('FR')()).toBe(false);
        const parsed = policiesOfStatements([country('FR'), country('DE')], { group: 'a' });
        await here.addAll(parsed.ok ? parsed.value : []);
        await expect.poll(sees('FR'), patience).toBe(true);
        await here.delete('group/a/FR');
        await expect.poll(sees('FR'), patience).toBe(false);
        // Who belongs to what changed too, and is asked for with the next change.
        memberships.set('alice', []);
        expect(sees('DE')()).toBe(true);
        const other = policiesOfStatements(country('NO'), { group: 'b' });
        await here.addAll(other.ok ? other.value : []);
        await expect.poll(sees('DE'), patience).toBe(false);
        await guard.close();
      } finally {
        await place.dispose();
      }
    });
  });
}
