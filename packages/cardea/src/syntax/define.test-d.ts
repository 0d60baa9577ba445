import type { Guard } from '../guard/guard.ts';
import { allow, definePolicies } from './define.ts';
import {
  allIn,
  and,
  any,
  anyIn,
  cidr,
  eq,
  greater,
  isIn,
  noneIn,
  not,
  or,
  present,
  regexMatch,
  slot,
  some,
  startsWith,
  subjectMatch,
} from './rules/index.ts';

interface Library {
  subject: {
    name: string;
    role: 'reader' | 'librarian';
    age: number;
    teams: readonly ('core' | 'web')[];
    address: { country: string };
  };
  action: 'borrow' | 'return';
  resource: { isbn: string; reserved: boolean; owner?: string };
  context: { ip: string; mfa?: boolean };
}

const library = definePolicies<Library>();
const rest = { actions: ['borrow'], resources: [any()] } as const;

// What is right compiles.
library.allow({
  uid: '1',
  subjects: [
    {
      role: eq('reader'),
      age: and(greater(17), not(eq(99))),
      name: or(startsWith('A'), eq('Max')),
      address: { country: isIn('NL', 'BE') },
    },
    { role: 'librarian', teams: anyIn('core') },
    any(),
  ],
  actions: ['borrow', '<borrow|return>', eq('return')],
  resources: [{ isbn: regexMatch('^978'), owner: subjectMatch('name'), reserved: false }, present()],
  context: { ip: cidr('10.0.0.0/8') },
});
library.deny({
  uid: '2',
  subjects: [{ teams: some(startsWith('c')) }, { teams: allIn('core', 'web') }, { age: { $greater: 3 } }],
  ...rest,
});
library.inquiry({
  subject: { name: 'Max', role: 'reader', age: 3, teams: [], address: { country: 'NL' } },
  action: 'return',
  resource: { isbn: '1', reserved: true },
  context: { ip: '::1' },
});
library.inquiry({
  subject: {
    type: 'user',
    id: 'max',
    properties: { name: 'Max', role: 'reader', age: 3, teams: [], address: { country: 'NL' } },
  },
  action: { name: 'return' },
  resource: { isbn: '1', reserved: true },
  context: { ip: '::1', mfa: true },
});
// Templates: a slot stands where one value of an attribute stands.
library.allow({
  uid: 'share',
  slots: ['user', 'country', 'team', 'isbn', 'action', 'ip'],
  subjects: [{ name: slot('user'), address: { country: eq(slot('country')) }, teams: some(slot('team')) }],
  actions: [slot('action')],
  resources: [{ isbn: { $slot: 'isbn' } }],
  context: { ip: eq({ $slot: 'ip' }) },
});
library.allow({
  uid: 'whole',
  slots: ['who', 'which'],
  subjects: [slot('who')],
  actions: ['borrow'],
  resources: [{ $slot: 'which' }],
});
// Without a schema anything that is a policy compiles.
allow({
  uid: '3',
  subjects: ['max', { whatever: eq(1), nested: { deeper: [1] } }, { $eq: 'max' }],
  actions: ['<.*>'],
  resources: [{ $any: true }],
  context: { ip: cidr('::/0') },
});

// @ts-expect-error wrong attribute
library.allow({ uid: '4', subjects: [{ rolle: eq('reader') }], ...rest });
// @ts-expect-error wrong nested attribute
library.allow({ uid: '4', subjects: [{ address: { city: 'Delft' } }], ...rest });
// @ts-expect-error wrong value of a literal
library.allow({ uid: '4', subjects: [{ role: 'boss' }], ...rest });
// @ts-expect-error wrong value in a rule
library.allow({ uid: '4', subjects: [{ role: eq('boss') }], ...rest });
// @ts-expect-error wrong value in a list of values
library.allow({ uid: '4', subjects: [{ role: isIn('reader', 'boss') }], ...rest });
// @ts-expect-error wrong type of value
library.allow({ uid: '4', subjects: [{ age: eq('17') }], ...rest });
// @ts-expect-error a rule on strings asked about a number
library.allow({ uid: '4', subjects: [{ age: startsWith('1') }], ...rest });
// @ts-expect-error a rule on numbers asked about a string
library.allow({ uid: '4', subjects: [{ name: greater(3) }], ...rest });
// @ts-expect-error a rule on lists asked about a string
library.allow({ uid: '4', subjects: [{ name: anyIn('a') }], ...rest });
// @ts-expect-error wrong items in a rule on lists
library.allow({ uid: '4', subjects: [{ teams: noneIn('sales') }], ...rest });
// @ts-expect-error wrong value inside a negation
library.allow({ uid: '4', subjects: [{ role: not(eq('boss')) }], ...rest });
// @ts-expect-error wrong value inside a junction
library.allow({ uid: '4', subjects: [{ role: or(eq('boss'), eq('reader')) }], ...rest });
// @ts-expect-error unknown rule in data
library.allow({ uid: '4', subjects: [{ role: { $eqq: 'reader' } }], ...rest });
// @ts-expect-error a slot holds one value, not a list
library.allow({ uid: '4', slots: ['t'], subjects: [{ teams: slot('t') }], ...rest });
// @ts-expect-error slots are named by a list
library.allow({ uid: '4', slots: 't', subjects: [any()], ...rest });
// @ts-expect-error unknown action
library.allow({ uid: '4', subjects: [any()], actions: ['steal'], resources: [any()] });
// @ts-expect-error unknown attribute in the context
library.allow({ uid: '4', subjects: [any()], ...rest, context: { port: eq(80) } });
// @ts-expect-error misspelt member of a policy
library.allow({ uid: '4', subject: [any()], ...rest });
// @ts-expect-error no subjects
library.allow({ uid: '4', ...rest });
// @ts-expect-error the builders set the effect
allow({ uid: '4', effect: 'deny', subjects: [any()], ...rest });
const max = { name: 'Max', role: 'reader', age: 3, teams: [], address: { country: 'NL' } } as const;
const book = { isbn: '1', reserved: true } as const;

// @ts-expect-error missing context
library.inquiry({ subject: max, action: 'return', resource: book });
// @ts-expect-error missing member of the context
library.inquiry({ subject: max, action: 'return', resource: book, context: {} });
// @ts-expect-error wrong action
library.inquiry({ subject: max, action: 'steal', resource: book, context: { ip: '' } });
// @ts-expect-error wrong type of a subject's attribute
library.inquiry({ subject: { ...max, age: '3' }, action: 'return', resource: book, context: { ip: '' } });

declare const guard: Guard<Library>;
declare const untyped: Guard;
void untyped.check({ subject: { anything: [1] }, context: {} });
void guard.check({ subject: max, action: 'return', resource: book, context: { ip: '::1' } });
// @ts-expect-error a guard of a schema wants the context too
void guard.check({ subject: max, action: 'return', resource: book });
// @ts-expect-error a guard of a schema knows the actions
void guard.isAllowed({ subject: max, action: 'steal', resource: book, context: { ip: '::1' } });
// @ts-expect-error an inquiry has no member of that name
void untyped.check({ subjects: 'max' });
