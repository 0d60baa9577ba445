import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as indexed from '../src/index.ts';
import upstream from '../upstream.cjs';

type Exports = Readonly<Record<string, unknown>>;
type Constructor = new (...args: never[]) => object;

const theirs = upstream as unknown as Exports;
const ours = indexed as unknown as Exports;
const names = Object.keys(theirs).filter((name) => name !== 'default');
const classes = names.filter((name) => isClass(theirs[name]));
const ADDED = ['FastEnforcer', 'newFastEnforcer', 'toPolicies'];
/** Classes of ours; all others are casbin's own, so that casbin takes their instances for what they are. */
const REPLACED = [
  'Enforcer',
  'CachedEnforcer',
  'SyncedEnforcer',
  'FileAdapter',
  'BatchFileAdapter',
  'StringAdapter',
  'DefaultFilteredAdapter',
  'Helper',
];
const hidden = privateNames();

it('casbin keeps some names to itself, which are no part of its surface', () => {
  expect(hidden).toContain('privateEnforce');
  expect(hidden).not.toContain('enforce');
});

describe('the exports', () => {
  it('are those of casbin, those of the fast enforcer, and the way to Cardea', () => {
    expect(Object.keys(ours).sort()).toEqual([...names, ...ADDED].sort());
    expect(classes.length).toBeGreaterThan(20);
  });

  it.each(names)('`%s` is of the same kind and takes as many parameters', (name) => {
    expect(signature(ours[name])).toBe(signature(theirs[name]));
  });

  it('`Util` has the same functions', () => {
    expect(signatures(indexed.Util)).toEqual(signatures(upstream.Util));
  });
});

describe.each(classes)('the class `%s`', (name) => {
  const [own, original] = [ours[name] as Constructor, theirs[name] as Constructor];

  it('has the methods of casbin with as many parameters, whichever class declares them', () => {
    const methods = methodsOf(original.prototype as object);
    expect(pick(methodsOf(own.prototype as object), methods)).toEqual(methods);
  });

  it('has the static members of casbin', () => {
    const members = signatures(original);
    expect(pick(signatures(own), members)).toEqual(members);
  });

  it('is that of casbin, or stands below the one that casbin has below it', () => {
    const parent: unknown = Object.getPrototypeOf(original.prototype);
    expect(own === original || REPLACED.includes(name)).toBe(true);
    expect(own.prototype).toBeInstanceOf((parent as object).constructor);
  });
});

describe.each(['Enforcer', 'CachedEnforcer', 'SyncedEnforcer'] as const)('an instance of `%s`', (name) => {
  it('has the fields that subclasses of casbin read and write', () => {
    const [own, original] = [instanceOf(ours[name]), instanceOf(theirs[name])];
    const expected = fieldsOf(original);
    expect(pick(fieldsOf(own), expected)).toEqual(expected);
  });

  it('is an enforcer of casbin', () => {
    expect(instanceOf(ours[name])).toBeInstanceOf(upstream.Enforcer);
    expect(instanceOf(ours[name])).toBeInstanceOf(indexed.Enforcer);
  });
});

it('an enforcer of ours has four classes of casbin below it, as frameworks expect that look for them', () => {
  const chain: string[] = [];
  for (
    let at: object | null = indexed.Enforcer;
    at !== null && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    chain.push((at as Constructor).name);
  }
  expect(chain.slice(-4)).toEqual(['Enforcer', 'ManagementEnforcer', 'InternalEnforcer', 'CoreEnforcer']);
});

function instanceOf(made: unknown): object {
  return new (made as Constructor)();
}

function isClass(value: unknown): value is Constructor {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** What casbin's declarations call `private`: no caller and no subclass compiles that uses it. */
function privateNames(): ReadonlySet<string> {
  const folder = dirname(createRequire(import.meta.url).resolve('casbin'));
  const declarations = globSync('**/*.d.ts', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
  const names = declarations.flatMap((text) => [...text.matchAll(/^ *private (?:static |readonly )*(\w+)/gm)]);
  return new Set(names.map(([, name]) => name as string));
}

function signature(value: unknown): string {
  return typeof value === 'function' ? `${isClass(value) ? 'class' : 'function'}/${value.length}` : typeof value;
}

function signatures(of: object): Readonly<Record<string, string>> {
  const members = Object.getOwnPropertyNames(of).filter(
    (name) => !['prototype', 'name', 'length'].includes(name) && !hidden.has(name),
  );
  return Object.fromEntries(members.map((name) => [name, signature(Reflect.get(of, name))]));
}

/** All methods that an instance has, the nearest of each name. */
function methodsOf(prototype: object): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (let at: object | null = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (!found.has(name) && name !== 'constructor' && !hidden.has(name))
        found.set(name, 'value' in property ? signature(property.value) : 'accessor');
    }
  }
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function fieldsOf(instance: object): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(instance).flatMap((name) => (hidden.has(name) ? [] : [[name, typeof Reflect.get(instance, name)]])),
  );
}

function pick(from: Readonly<Record<string, string>>, like: Readonly<Record<string, string>>): unknown {
  return Object.fromEntries(Object.keys(like).map((name) => [name, from[name]]));
}
