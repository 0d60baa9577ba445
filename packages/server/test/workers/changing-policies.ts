import { allow, deny, type Inquiry, type Policy, type PolicyChange, type PolicyLink } from 'cardea';
import { any, anyIn, greater, regexMatch, slot, startsWith } from 'cardea/rules';
import fc from 'fast-check';

// Few of each, so that policies and inquiries meet.
const user = fc.constantFrom('u0', 'u1', 'u2', 'u3', 'u4', 'u5');
const book = fc.constantFrom('a1', 'a2', 'b1', 'b2');
const department = fc.constantFrom('sales', 'legal');
const action = fc.constantFrom('read', 'lend', 'burn');
const uid = fc.integer({ min: 0, max: 39 }).map((number) => `p${number}`);

const policyArb: fc.Arbitrary<Policy> = fc
  .record({
    uid,
    make: fc.constantFrom(allow, allow, deny),
    subject: fc.oneof(
      user.map((id) => ({ type: 'user', id })),
      department.map((name) => ({ department: name })),
      fc.constant({ id: regexMatch('^u[0-2]$') }),
    ),
    action: fc.oneof(action, fc.constant(anyIn('read', 'lend')), fc.constant(any())),
    resource: fc.oneof(
      book.map((id) => ({ type: 'book', id })),
      fc.constant({ id: startsWith('a') }),
    ),
    context: fc.constantFrom({}, {}, { level: greater(3) }),
  })
  .map(({ make, uid: name, subject, action: verb, resource, context }) =>
    make({ uid: name, subjects: [subject], actions: [verb], resources: [resource], context }),
  );

/** Who is a reader of a book, by links. */
export const READERS: Policy = allow({
  uid: 'readers',
  slots: ['reader', 'book'],
  subjects: [{ id: slot('reader') }],
  actions: ['read'],
  resources: [{ id: slot('book') }],
});

const linkArb = fc
  .tuple(user, book)
  .map(([reader, of]): PolicyLink => ({ template: READERS.uid, values: { reader, book: of } }));

/** A change, whatever there is: a policy that is put, taken away, or a link that is made or unmade. */
export const changeArb: fc.Arbitrary<PolicyChange> = fc.oneof(
  { weight: 4, arbitrary: policyArb.map((policy): PolicyChange => ({ type: 'add', policy })) },
  { weight: 2, arbitrary: uid.map((name): PolicyChange => ({ type: 'delete', uid: name })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('link' as const, 'unlink' as const), linkArb)
      .map(([type, link]): PolicyChange => ({ type, link })),
  },
);

/** A question as AuthZEN has it. */
export const questionArb: fc.Arbitrary<Inquiry> = fc
  .record({ id: user, department, name: action, book, level: fc.integer({ min: 0, max: 6 }) })
  .map(({ id, department: of, name, book: read, level }) => ({
    subject: { type: 'user', id, properties: { department: of } },
    action: { name },
    resource: { type: 'book', id: read },
    context: { level },
  }));

/** Policies and links by revisions: what an answer is held against. */
export class KnownStates {
  readonly #states = new Map<number, State>();
  #last: State = { policies: new Map([[READERS.uid, READERS]]), links: new Map() };

  begin(revision: number): void {
    this.#states.set(revision, this.#last);
  }

  /** The change as a storage takes it: a policy that is there is updated. */
  fitting(change: PolicyChange): PolicyChange {
    if (change.type !== 'add') return change;
    return this.#last.policies.has(change.policy.uid) ? { type: 'update', policy: change.policy } : change;
  }

  /** Notes what a fitting change made, under its revision. */
  make(change: PolicyChange, revision: number): void {
    const policies = new Map(this.#last.policies);
    const links = new Map(this.#last.links);
    if ('policy' in change) policies.set(change.policy.uid, change.policy);
    else if (change.type === 'delete') policies.delete(change.uid);
    else if (change.type === 'link') links.set(JSON.stringify(change.link), change.link);
    else links.delete(JSON.stringify(change.link));
    this.#last = { policies, links };
    this.#states.set(revision, this.#last);
  }

  /** Undefined where there never was such a revision. */
  at(revision: number): State | undefined {
    return this.#states.get(revision);
  }

  get size(): number {
    return this.#states.size;
  }
}

interface State {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly links: ReadonlyMap<string, PolicyLink>;
}
