import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquiryArb, touchy } from '../../test/arbitrary.ts';
import { changeListsArb, changesOf, everythingIn } from '../../test/change-lists.ts';
import { decideOver } from '../../test/decide-over.ts';
import { inquiryOfLink } from '../../test/inquiry-of-link.ts';
import { linkedInquiryArb, linksArb, TEMPLATES } from '../../test/linked-templates.ts';
import { type Interruption, MemoryBackend, MemoryDatabase } from '../../test/memory-backend.ts';
import { allowing } from '../../test/policies.ts';
import { COMBINING, type Combining } from '../decide/combining.ts';
import { policyKeyer } from '../keying/keyer.ts';
import type { Decision, Revision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Policy } from '../model/policy.ts';
import type { Candidates, Storage } from '../ports/storage.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { fromStoredLink } from '../storage/stored/stored-link.ts';
import { StoredStorage } from '../storage/stored/stored-storage.ts';
import { defaultChecker, regexChecker, rulesChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { Guard } from './guard.ts';
import { invalidPolicyFunction } from './invalid-policy-function.ts';

/** Those of a guard that is handed `touchy`. */
const functions = functionTable([touchy, invalidPolicyFunction]);
const keyer = policyKeyer({ functions: functionTable([touchy]) });
const MODES = ['resident', 'on-demand'] as const;

const inquiriesArb = fc.array(inquiryArb, { minLength: 1, maxLength: 3 });

const linkedInquiriesArb = fc.array(linkedInquiryArb, { minLength: 2, maxLength: 4 });

/** What is in a database at one moment, as a storage would tell it. */
function everythingOf({ head, policies, links }: MemoryDatabase['state']): Candidates {
  return {
    revision: head.revision,
    policies: [...policies.values()]
      .sort((a, b) => a.seq - b.seq)
      .map(({ document }) => JSON.parse(document) as Policy),
    links: Array.from(links.values(), fromStoredLink),
  };
}

describe('storages-agree', () => {
  it('resident and on demand, over memory and a database, every decision is that of the reference', async () => {
    const checkerArb = fc.constantFrom(defaultChecker(), rulesChecker(), regexChecker());
    const optionsArb = fc.record({
      combining: fc.constantFrom(...(Object.keys(COMBINING) as Combining[])),
      unknownDeny: fc.constantFrom('ignore', 'deny'),
    });
    const askedArb = fc.tuple(linkedInquiriesArb, inquiriesArb);
    await fc.assert(
      fc.asyncProperty(
        changeListsArb,
        linksArb,
        askedArb,
        checkerArb,
        optionsArb,
        async (lists, links, asked, checker, options) => {
          const [linked, others] = asked;
          const read = { checker, functions: functionTable([touchy]) };
          const stored = new StoredStorage(new MemoryBackend(new MemoryDatabase()), {
            keyer: policyKeyer(read),
            pollMs: 0,
          });
          const storages: readonly Storage[] = [new MemoryStorage(), stored];
          const guards = storages.flatMap((storage) =>
            MODES.map((policies) => new Guard(storage, { ...options, checker, functions: [touchy], policies })),
          );
          for (const storage of storages) {
            await storage.addAll(TEMPLATES);
            await storage.linkAll(links);
          }
          for (const list of lists) {
            for (const storage of storages)
              await storage.apply(changesOf(list, await storage.getAll(1000, 0))).catch(() => undefined);
            const everything = await everythingIn(stored);
            const hitting = others.map((inquiry, at) => inquiryOfLink(inquiry, everything, at, { checker, functions }));
            for (const inquiry of [...linked, ...others, ...hitting]) {
              const expected = decideOver(everything, inquiry, functions, checker, options);
              for (const guard of guards) {
                expect(await guard.check(inquiry)).toEqual(expected);
                expect(await guard.isAllowed(inquiry)).toBe(expected.allowed);
                expect((await guard.explain(inquiry)).decision).toEqual(expected);
              }
            }
          }
          await Promise.all([...guards, stored].map((each) => each.close()));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('at-its-revision: while others write, notifications and answers are lost and changes forgotten, each decision is that of its revision, or none', async () => {
    const faultsArb = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 30, maxLength: 30 });
    const historyArb = fc.constantFrom(1, 3, 10_000);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(changeListsArb, changeListsArb),
        inquiriesArb,
        faultsArb,
        historyArb,
        fc.scheduler(),
        async (writers, asked, faults, historySize, scheduler) => {
          const world = new World(faults, historySize, () => scheduler.schedule(Promise.resolve()));
          const decided: Promise<readonly [Inquiry, Decision]>[] = [];
          const reader = async (guard: Guard): Promise<void> => {
            for (let round = 0; round < 4; round++) {
              for (const inquiry of asked) {
                const decision = guard.check(inquiry).then((made) => [inquiry, made] as const);
                decided.push(decision);
                await decision;
              }
            }
          };
          const writing = writers.map(async (lists) => {
            const storage = world.open();
            for (const list of lists)
              await storage.apply(changesOf(list, await storage.getAll(1000, 0))).catch(() => undefined);
          });
          await scheduler.waitFor(Promise.all([...writing, ...world.guards.map(reader)]));
          await world.calm(() => scheduler.waitAll());
          for (const [inquiry, decision] of await Promise.all(decided)) world.expectOfItsRevision(inquiry, decision);
          await world.expectCaughtUp(asked);
          await world.close();
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** A database that fails now and then, guards over it, and what it held at each revision. */
class World {
  readonly #database = new MemoryDatabase();
  readonly #held = new Map<Revision, Candidates>();
  readonly #turn: () => Promise<void>;
  readonly #historySize: number;
  readonly #faults: readonly number[];
  readonly #opened: StoredStorage[] = [];
  readonly #backends: MemoryBackend[] = [];
  readonly #pairs: readonly { readonly guard: Guard; readonly storage: Storage }[];
  #fault = 0;

  constructor(faults: readonly number[], historySize: number, turn: () => Promise<void>) {
    this.#faults = faults;
    this.#historySize = historySize;
    this.#turn = turn;
    const database = this.#database;
    this.#held.set(0, everythingOf(database.state));
    const commit = database.commit.bind(database);
    database.commit = (batch) => {
      const done = commit(batch);
      this.#held.set(database.state.head.revision, everythingOf(database.state));
      return done;
    };
    const connect = database.connect.bind(database);
    database.connect = (listener, failed) =>
      connect((revision) => {
        if (!this.#fails()) listener(revision);
      }, failed);
    this.#pairs = MODES.map((policies) => this.#pair(policies));
  }

  get guards(): readonly Guard[] {
    return this.#pairs.map(({ guard }) => guard);
  }

  /** A storage whose steps wait for their turns. */
  open(): Storage {
    return this.#openWith(this.#turn);
  }

  /** No more turns and failures. */
  async calm(settle: () => Promise<unknown>): Promise<void> {
    for (const backend of this.#backends) backend.interrupt = () => undefined;
    await settle();
  }

  expectOfItsRevision(inquiry: Inquiry, decision: Decision): void {
    if (decision.diagnostics.some(({ kind }) => kind === 'infrastructure')) {
      expect(decision.outcome).toBe('indeterminate');
      return;
    }
    const held = this.#held.get(decision.revision);
    if (held === undefined) throw new Error(`there was no revision ${decision.revision}`);
    expect(decision).toEqual(decideOver(held, inquiry, functions));
  }

  /** Once its storage has told of one change, whoever missed some decides over the last revision. */
  async expectCaughtUp(asked: readonly Inquiry[]): Promise<void> {
    for (const [at, { guard, storage }] of this.#pairs.entries()) {
      await storage.add(allowing(`marker ${at}`, { subjects: ['nobody'] }));
      for (const inquiry of asked) {
        const decision = await guard.check(inquiry);
        expect(decision.revision).toBe(this.#database.state.head.revision);
        this.expectOfItsRevision(inquiry, decision);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.guards, ...this.#opened].map((each) => each.close()));
  }

  #pair(policies: (typeof MODES)[number]): { readonly guard: Guard; readonly storage: Storage } {
    const storage = this.#openWith(async () => {
      await this.#turn();
      if (this.#fails()) throw new Error('connection lost');
    });
    return { storage, guard: new Guard(storage, { policies, functions: [touchy] }) };
  }

  #openWith(interrupt: Interruption): Storage {
    const backend = new MemoryBackend(this.#database, { tells: true, interrupt });
    const storage = new StoredStorage(backend, { keyer, pollMs: 0, historySize: this.#historySize });
    this.#backends.push(backend);
    this.#opened.push(storage);
    return storage;
  }

  #fails(): boolean {
    this.#fault += 1;
    return this.#faults[this.#fault % this.#faults.length] === 0;
  }
}
