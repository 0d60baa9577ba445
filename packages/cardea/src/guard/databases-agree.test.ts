import fc from 'fast-check';
import { expect, it } from 'vitest';
import { databaseRuns, ENGINE_TIMEOUT } from '../../../../test/runs.ts';
import { inquiryArb, touchy } from '../../test/arbitrary.ts';
import { changeListsArb, changesOf, type DraftedList, everythingIn, sortedLinks } from '../../test/change-lists.ts';
import { type DatabasePlace, DATABASES } from '../../test/databases.ts';
import { deaf } from '../../test/deaf-storage.ts';
import { decideOver } from '../../test/decide-over.ts';
import { inquiryOfLink } from '../../test/inquiry-of-link.ts';
import { linkedInquiryArb, linksArb, TEMPLATES } from '../../test/linked-templates.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import { policyKeyer } from '../keying/keyer.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { PolicyLink } from '../model/link.ts';
import type { Candidates, Storage } from '../ports/storage.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { type Checker, defaultChecker, regexChecker, rulesChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { Guard } from './guard.ts';
import { invalidPolicyFunction } from './invalid-policy-function.ts';

/** Those of a guard that is handed `touchy`. */
const functions = functionTable([touchy, invalidPolicyFunction]);
const CHECKERS: readonly Checker[] = [defaultChecker(), rulesChecker(), regexChecker()];

const checkerArb = fc.constantFrom(...CHECKERS);
const optionsArb = fc.record({
  combining: fc.constantFrom(...(Object.keys(COMBINING) as Combining[])),
  unknownDeny: fc.constantFrom('ignore', 'deny'),
});
const askedArb = fc.tuple(
  fc.array(linkedInquiryArb, { minLength: 2, maxLength: 3 }),
  fc.array(inquiryArb, { minLength: 1, maxLength: 3 }),
);
type Asked = readonly [linked: readonly Inquiry[], others: readonly Inquiry[]];

for (const database of DATABASES) {
  database.describe(`over ${database.name}`, (create) => {
    it('storages-agree: resident and on demand, in another process than the writer, each decision is that of the reference', {
      timeout: ENGINE_TIMEOUT,
    }, async () => {
      const worlds = new Worlds(create);
      const law = fc.asyncProperty(
        changeListsArb,
        linksArb,
        askedArb,
        checkerArb,
        optionsArb,
        async (lists, links, asked, checker, options) => {
          const world = await worlds.of(checker);
          await world.begin(links);
          const guards = [{ maxLagMs: 0 }, { policies: 'on-demand' } as const].map(
            (mode) => new Guard(world.reader, { ...options, ...mode, checker, functions: [touchy] }),
          );
          for (const list of lists) {
            await world.apply(list);
            const everything = await world.everything();
            for (const inquiry of world.inquiries(asked, everything)) {
              const expected = decideOver(everything, inquiry, functions, checker, options);
              for (const guard of guards) expect(await guard.check(inquiry)).toEqual(expected);
            }
          }
          await Promise.all(guards.map((guard) => guard.close()));
        },
      );
      await worlds.during(() => fc.assert(law, databaseRuns()));
    });

    it('candidates-are-a-superset: deciding over candidates is deciding over everything', {
      timeout: ENGINE_TIMEOUT,
    }, async () => {
      const worlds = new Worlds(create);
      const law = fc.asyncProperty(
        changeListsArb,
        linksArb,
        askedArb,
        checkerArb,
        async (lists, links, asked, checker) => {
          const world = await worlds.of(checker);
          await world.begin(links);
          for (const list of lists) await world.apply(list);
          const everything = await world.everything();
          for (const inquiry of world.inquiries(asked, everything)) {
            const expected = decideOver(everything, inquiry, functions, checker);
            expect(await decided(world.reader, inquiry, checker)).toEqual(expected);
          }
        },
      );
      await worlds.during(() => fc.assert(law, databaseRuns()));
    });
  });
}

async function decided(storage: Storage, inquiry: Inquiry, checker: Checker): Promise<Decision> {
  return decideOver(await storage.findForInquiry(inquiry), inquiry, functions, checker);
}

function jsonCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** A place for each checker, as keys are those of one; they are there until the law is shown. */
class Worlds {
  readonly #create: () => Promise<DatabasePlace>;
  readonly #places: DatabasePlace[] = [];
  readonly #worlds = new Map<Checker, Promise<World>>();

  constructor(create: () => Promise<DatabasePlace>) {
    this.#create = create;
  }

  of(checker: Checker): Promise<World> {
    const world = this.#worlds.get(checker) ?? this.#open(checker);
    this.#worlds.set(checker, world);
    return world;
  }

  async during(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      await Promise.all(this.#places.map((place) => place.dispose()));
    }
  }

  async #open(checker: Checker): Promise<World> {
    const place = await this.#create();
    this.#places.push(place);
    const keyer = policyKeyer({ checker, functions: functionTable([touchy]) });
    // Who writes and who reads have nothing in common but the database.
    const [writer, reader] = [await place.open({ keyer }), deaf(await place.open({ keyer }))];
    return new World(writer, reader, checker);
  }
}

/** A database, and beside it what it must hold. */
class World {
  readonly #writer: Storage;
  readonly reader: Storage;
  readonly #checker: Checker;
  #model: Storage = new MemoryStorage();

  constructor(writer: Storage, reader: Storage, checker: Checker) {
    this.#writer = writer;
    this.reader = reader;
    this.#checker = checker;
  }

  /** Templates and links, and nothing that was there before. */
  async begin(links: readonly PolicyLink[]): Promise<void> {
    const left = await this.#writer.getAll(1000, 0);
    await this.#writer.apply(left.map(({ uid }) => ({ type: 'delete', uid })));
    this.#model = new MemoryStorage();
    for (const storage of [this.#writer, this.#model]) {
      await storage.addAll(TEMPLATES);
      await storage.linkAll(links);
    }
  }

  /** Makes changes in both, where they are not refused by both. */
  async apply(list: DraftedList): Promise<void> {
    // A database keeps JSON, which has no negative zero.
    const changes = jsonCopy(changesOf(list, await this.#model.getAll(1000, 0)));
    const [own, model] = await Promise.allSettled([this.#writer.apply(changes), this.#model.apply(changes)]);
    expect(String(own.status === 'rejected' ? own.reason : '')).toBe(
      String(model.status === 'rejected' ? model.reason : ''),
    );
  }

  /** What the database must hold, at its revision. */
  async everything(): Promise<Candidates> {
    const expected = { ...(await everythingIn(this.#model)), revision: await this.#writer.revision() };
    const held = await everythingIn(this.reader);
    expect(held.policies).toEqual(expected.policies);
    expect(sortedLinks(held.links)).toEqual(sortedLinks(expected.links));
    return expected;
  }

  inquiries([linked, others]: Asked, everything: Candidates): readonly Inquiry[] {
    const reading = { checker: this.#checker, functions };
    return [...linked, ...others, ...others.map((inquiry, at) => inquiryOfLink(inquiry, everything, at, reading))];
  }
}
