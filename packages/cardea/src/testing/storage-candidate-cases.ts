import type { Scalar } from '../ast/json.ts';
import { decide } from '../decide/decide.ts';
import type { Decision } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { type PolicyLink, slotValues } from '../model/link.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { AttributeRules, Element, Policy } from '../model/policy.ts';
import type { Candidates, Storage } from '../ports/storage.ts';
import { defaultChecker } from '../syntax/checkers.ts';
import { functionTable } from '../syntax/functions/table.ts';
import { lowerPolicy } from '../syntax/lower-policy.ts';
import { listOf, same } from './assertions.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { policyOf, type StorageCase } from './storage-case.ts';

const reading = { checker: defaultChecker(), functions: functionTable() };

/** What `findForInquiry` promises, for storages whose keys are those of the default checker, or who have none. */
export const candidateCases: readonly StorageCase[] = [
  ...[1, 2, 3].map(
    (seed): StorageCase => ({
      rule: `candidates-are-a-superset: deciding over candidates is deciding over everything, mixture ${seed}`,
      run: async (storage) => {
        const mixture = new Mixture(seed);
        await storage.addAll(mixture.policies(120));
        await storage.linkAll(mixture.links(60));
        await expectSuperset(storage, mixture.inquiries(60));
        for (const policy of mixture.policies(120).filter((_, at) => at % 3 === 0)) await storage.update(policy);
        for (const at of [1, 7, 44, 80]) await storage.delete(`p${at}`);
        for (const link of mixture.links(60).filter((_, at) => at % 4 === 0)) await storage.unlink(link);
        await expectSuperset(storage, mixture.inquiries(60));
      },
    }),
  ),
  {
    rule: 'findForInquiry gives a template with its links, and one where only something is missing',
    run: async (storage) => {
      const template = { ...policyOf('t'), slots: ['who'], subjects: [{ $slot: 'who' }] };
      await storage.add({ ...template, effect: 'deny' });
      await storage.linkAll(['max', 'eva'].map((who) => ({ template: 't', values: { who } })));
      const { policies, links } = await storage.findForInquiry({ ...MAX, subject: 'max' });
      same(policies.map(({ uid }) => uid).includes('t'), true, 'the template');
      same(links.map(({ values }) => values['who']).includes('max'), true, 'the link');
      await expectSuperset(storage, [{ ...MAX, subject: 'max' }, MAX, { ...MAX, subject: 'nobody' }]);
    },
  },
  {
    rule: 'a template that is compared with something else has its links found by that',
    run: async (storage) => {
      const template = { ...policyOf('t'), slots: ['who'], subjects: [{ $slot: 'who' }] };
      await storage.add(template);
      await storage.linkAll(['max', 'eva'].map((who) => ({ template: 't', values: { who } })));
      await storage.update({ ...template, subjects: [{ name: { $slot: 'who' } }] });
      await storage.link({ template: 't', values: { who: 'bob' } });
      const subjects = ['max', 'eva', 'bob'].flatMap((name) => [{ name }, name, { name: 'x' }]);
      await expectSuperset(
        storage,
        subjects.map((subject) => ({ ...MAX, subject })),
      );
    },
  },
  {
    rule: 'hostile values find the policies and links that are about them, and the others too',
    run: async (storage) => {
      await storage.addAll(
        HOSTILE_TEXTS.map((text, at) => ({ ...policyOf(`p${at}`), subjects: [{ [`k${text}`]: { $eq: text } }] })),
      );
      await storage.add({ ...policyOf('t'), slots: ['who'], subjects: [{ who: { $slot: 'who' } }] });
      await storage.linkAll(HOSTILE_TEXTS.map((who) => ({ template: 't', values: { who } })));
      const subjects = HOSTILE_TEXTS.flatMap((text) => [{ [`k${text}`]: text }, { who: text }, { [`k${text}`]: 'x' }]);
      await expectSuperset(
        storage,
        subjects.map((subject) => ({ ...MAX, subject })),
      );
    },
  },
  {
    rule: 'an inquiry of very many values finds what it needs',
    run: async (storage) => {
      const groups = Array.from({ length: 2000 }, (_, at) => `g${at}`);
      await storage.addAll(
        groups
          .slice(0, 50)
          .map((group) => ({ ...policyOf(`p-${group}`), subjects: [{ groups: { $some: { $eq: group } } }] })),
      );
      await expectSuperset(storage, [
        { ...MAX, subject: { groups } },
        { ...MAX, subject: { groups: ['g7', 'none'] } },
      ]);
    },
  },
];

const MAX: Inquiry = { action: 'get', resource: { name: 'book' } };

async function expectSuperset(storage: Storage, inquiries: readonly Inquiry[]): Promise<void> {
  const [policies, links] = [await listOf(storage.retrieveAll(1000)), await listOf(storage.retrieveLinks())];
  const everything = { policies, links, revision: await storage.revision() };
  const lowered = new Map(policies.map((policy) => [policy.uid, read(policy)]));
  for (const inquiry of inquiries) {
    const found = await storage.findForInquiry(inquiry);
    const what = `the decision on ${JSON.stringify(inquiry).slice(0, 500)}`;
    same(decided(found, lowered, inquiry), decided(everything, lowered, inquiry), what);
  }
}

function decided(
  { policies, links, revision }: Candidates,
  lowered: ReadonlyMap<string, LoweredPolicy>,
  inquiry: Inquiry,
): Decision {
  const known = policies.map((policy) => lowered.get(policy.uid) ?? read(policy));
  const values = new Map<string, (readonly Scalar[])[]>(known.map(({ uid }) => [uid, []]));
  for (const link of links)
    values.get(link.template)?.push(slotValues(link, lowered.get(link.template)?.slots ?? []) ?? []);
  const options = { combining: 'deny-overrides', unknownDeny: 'ignore', links: values, revision } as const;
  return decide(known, inquiry, { ...options, functions: reading.functions });
}

function read(policy: Policy): LoweredPolicy {
  const lowered = lowerPolicy(policy, reading);
  if (!lowered.ok) throw new Error(`the storage gave an invalid policy: ${JSON.stringify(lowered.issues)}`);
  return lowered.value;
}

const NAMES = ['max', 'eva', 'bob', 'Max', 'm%', ''];
const ROLES = ['admin', 'staff', 'guest'];
const ACTIONS = ['get', 'put', 'delete'];
const TEMPLATES = 4;

/** Policies, links and inquiries of all kinds over few values, so that they meet: the same for the same seed. */
class Mixture {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  policies(count: number): readonly Policy[] {
    const templates = Array.from({ length: TEMPLATES }, (_, at) => this.#template(at));
    return [...templates, ...Array.from({ length: count - TEMPLATES }, (_, at) => this.#policy(`p${at}`))];
  }

  links(count: number): readonly PolicyLink[] {
    return Array.from({ length: count }, () => {
      const values = { who: this.#of([...NAMES, 7, null, true]), what: this.#of(['doc:1', 'doc:2', 'x']) };
      return { template: `t${this.#below(TEMPLATES)}`, values };
    });
  }

  inquiries(count: number): readonly Inquiry[] {
    return Array.from({ length: count }, () => ({
      subject: this.#of([
        this.#of(NAMES),
        { name: this.#of(NAMES), role: this.#of(ROLES), age: this.#below(90), groups: [this.#of(ROLES), 'x'] },
        { role: this.#of(ROLES) },
        { name: 7, groups: this.#of(ROLES), age: 'old' },
        { type: 'user', id: this.#of(NAMES), properties: { role: this.#of(ROLES) } },
      ]),
      action: this.#of(ACTIONS),
      resource: this.#of([`doc:${this.#below(3)}`, { path: `/a/${this.#below(3)}/b`, id: `doc:${this.#below(3)}` }, 7]),
      ...(this.#below(3) > 0 ? { context: { ip: `10.0.${this.#below(3)}.1`, hour: this.#below(24) } } : {}),
    }));
  }

  #policy(uid: string): Policy {
    return {
      uid,
      effect: this.#below(3) > 0 ? 'allow' : 'deny',
      subjects: Array.from({ length: 1 + this.#below(2) }, () => this.#subject()),
      actions: [
        this.#of<Element>([this.#of(ACTIONS), '<get|put>', { $in: ACTIONS.slice(this.#below(3)) }, { $any: true }]),
      ],
      resources: [this.#resource()],
      ...(this.#below(3) === 0 ? { context: this.#context() } : {}),
    };
  }

  #template(at: number): Policy {
    const whos: readonly Element[] = [
      { $slot: 'who' },
      { name: { $slot: 'who' } },
      { groups: { $some: { $slot: 'who' } } },
    ];
    return {
      ...this.#policy(`t${at}`),
      slots: at % 2 === 0 ? ['who', 'what'] : ['what', 'who'],
      subjects: [this.#of(whos)],
      resources: [this.#of<Element>([{ $slot: 'what' }, { id: { $slot: 'what' } }])],
    };
  }

  #subject(): Element {
    return this.#of<Element>([
      this.#of(NAMES),
      '<m.*>',
      `<${this.#of(['max', 'eva'])}>x?`,
      { role: this.#of(ROLES) },
      { role: { $in: ROLES.slice(this.#below(3)) }, age: { $greaterOrEqual: this.#below(90) } },
      { name: { $not: { $eq: this.#of(NAMES) } } },
      { age: { $greater: 10, $lessOrEqual: 40 } },
      { groups: { $some: { $eq: this.#of(ROLES) } } },
      { role: { $or: [{ $eq: 'admin' }, { $startsWith: 'st' }] } },
      { name: { $eq: this.#of(NAMES) }, role: this.#of(ROLES) },
    ]);
  }

  #resource(): Element {
    return this.#of<Element>([
      `doc:${this.#below(3)}`,
      'doc:<\\d+>',
      { path: { $startsWith: `/a/${this.#below(3)}` } },
      { path: { $endsWith: '/b' } },
      { id: `doc:${this.#below(3)}` },
      { $any: true },
    ]);
  }

  #context(): AttributeRules {
    return this.#of<AttributeRules>([
      { ip: { $cidr: `10.0.${this.#below(3)}.0/24` } },
      { ip: { $cidr: '10.0.0.0/8' }, hour: { $greaterOrEqual: 8, $less: 18 } },
      { hour: { $notEq: this.#below(24) } },
      { ip: { $absent: true } },
    ]);
  }

  #of<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }

  // Lehmer's generator: repeatable, and random enough to mix a handful of values.
  #below(limit: number): number {
    this.#state = (this.#state * 48_271) % 0x7fff_ffff;
    return this.#state % limit;
  }
}
