import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changedIntrinsics, type Intrinsics, readIntrinsics } from '../../test/intrinsics.ts';
import { allow, deny } from '../index.ts';
import { attr, not, sure, test, value } from '../ast/build.ts';
import type { Condition } from '../ast/condition.ts';
import type { Operator } from '../ast/operators.ts';
import { Guard } from '../guard/guard.ts';
import type { Policy } from '../model/policy.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { regexMatch } from '../syntax/rules/index.ts';
import type { Contract } from './columns/column-condition.ts';
import type { ColumnMapping } from './columns/column-mapping.ts';
import { predicate } from './memory/predicate.ts';
import { mongoFilter } from './mongo/index.ts';
import { polarsFilter } from './polars/index.ts';
import { prismaFilter } from './prisma/index.ts';
import { sqlText } from './sql/index.ts';

// What went wrong in filters elsewhere, told here as a rule that holds for every target.

interface Written {
  readonly contract: Contract;
  readonly check: (row: Readonly<Record<string, unknown>>) => boolean;
}

type Write = (plan: QueryPlan, columns: Readonly<Record<string, ColumnMapping>>, contract?: Contract) => Written;

const prismaFields = (columns: Readonly<Record<string, ColumnMapping>>): Parameters<typeof prismaFilter>[1]['fields'] =>
  Object.fromEntries(
    Object.entries(columns).map(([name, { column, nulls }]) => [name, { field: column, type: 'String', nulls }]),
  );
const mongoFields = (columns: Readonly<Record<string, ColumnMapping>>): Parameters<typeof mongoFilter>[1]['fields'] =>
  Object.fromEntries(
    Object.entries(columns).map(([name, { column, nulls }]) => [name, { field: column, type: 'text', nulls }]),
  );
const sqlWrite =
  (dialect: 'sqlite' | 'postgres' | 'mysql'): Write =>
  (plan, columns, contract = 'exact') =>
    sqlText(plan, { dialect, columns }, { contract });

const TARGETS: readonly (readonly [string, Write])[] = [
  ['SQLite', sqlWrite('sqlite')],
  ['PostgreSQL', sqlWrite('postgres')],
  ['MySQL', sqlWrite('mysql')],
  ['MongoDB', (plan, columns, contract = 'exact') => mongoFilter(plan, { fields: mongoFields(columns) }, { contract })],
  [
    'Prisma',
    (plan, columns, contract = 'exact') =>
      prismaFilter(plan, { provider: 'sqlite', fields: prismaFields(columns) }, { contract }),
  ],
  ['Polars', (plan, columns, contract = 'exact') => polarsFilter(plan, { columns }, { contract })],
];

const NAME: ColumnMapping = { column: 'name', type: 'text', nulls: 'missing' };
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toString.call', '__proto__.x'];

describe.each(TARGETS)('advisories of filters: %s', (_, write) => {
  let intrinsics: Intrinsics;
  beforeEach(() => {
    intrinsics = readIntrinsics();
  });
  afterEach(() => expect(changedIntrinsics(intrinsics)).toEqual([]));

  it.each(INHERITED)('CASL CVE-2026-1774: the attribute %s is one like any other, or refused', (name) => {
    const condition = test('eq', attr('resource', ...name.split('.')), value('x'));
    expect(() => write(planOf(condition), { name: NAME })).toThrow(/no column for/);
    const columns = Object.fromEntries([[name, NAME]]);
    const { check } = write(planOf(condition), columns);
    expect([check({ name: 'x' }), check({ name: 'y' }), check({})]).toEqual([true, false, false]);
  });

  it.each(['toString', '__proto__', '$where', 'constructor', 'like'])(
    'casbin keyMatch3: the operator %s is unknown, and refused by name',
    (op) => {
      for (const operand of [attr('resource', 'name'), attr('resource')]) {
        const plan = planOf(test(op as Operator, operand, value('x')));
        expect(() => write(plan, { name: NAME })).toThrow(`there is no operator \`${op}\``);
        expect(() => write(plan, { name: NAME }, 'superset')).toThrow(`there is no operator \`${op}\``);
      }
    },
  );

  it('feathers-casl#149: a deny that cannot be expressed is refused, and never dropped', async () => {
    const plan = await planFor([
      allow({ uid: 'all', subjects: ['max'], actions: ['get'], resources: [{ name: regexMatch('.') }] }),
      deny({ uid: 'no', subjects: ['max'], actions: ['get'], resources: [{ name: regexMatch('^secret') }] }),
    ]);
    expect(() => write(plan, { name: NAME })).toThrow(/`matches` is not expressed/);
    const { contract, check } = write(plan, { name: NAME }, 'superset');
    expect(contract).toBe('superset');
    expect([check({ name: 'open' }), check({ name: 'secret plan' })]).toEqual([true, false]);
  });

  it('casl#170: denies alone allow nothing', async () => {
    const plan = await planFor([
      deny({ uid: 'no', subjects: ['max'], actions: ['get'], resources: [{ name: 'secret' }] }),
    ]);
    expect(plan.kind).toBe('never');
    expect(write(plan, { name: NAME }).check({ name: 'open' })).toBe(false);
  });

  it('query-plan-adapters#302: a missing attribute is not null', () => {
    const plan = planOf(test('eq', attr('resource', 'name'), value(null)));
    const checked = (nulls: ColumnMapping['nulls']): boolean =>
      write(plan, { name: { ...NAME, nulls } }).check({ name: null });
    expect([checked('missing'), checked('null')]).toEqual([false, true]);
  });

  it('query-plan-adapters#256: not is not the same as not sure', () => {
    const equal = test('eq', attr('resource', 'name'), value('x'));
    const rows = [{ name: 'x' }, { name: 'y' }, { name: null }];
    expect(rows.map(write(planOf(not(equal)), { name: NAME }).check)).toEqual([false, true, false]);
    expect(rows.map(write(planOf(not(sure(equal))), { name: NAME }).check)).toEqual([false, true, true]);
  });
});

describe('advisories of filters: memory', () => {
  it.each(INHERITED)('CASL CVE-2026-1774: a thing has no attribute %s unless it is its own', (name) => {
    const present = predicate(planOf(test('present', attr('resource', ...name.split('.')))));
    expect(present({})).toBe(false);
  });
});

async function planFor(policies: readonly Policy[]): Promise<QueryPlan> {
  const guard = new Guard(new MemoryStorage(policies));
  await guard.ready();
  return guard.plan({ subject: 'max', action: 'get' });
}

function planOf(condition: Condition): QueryPlan {
  return { kind: 'conditional', condition, over: 'resource', functions: new Map(), revision: 1, diagnostics: [] };
}
