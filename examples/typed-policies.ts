// The compiler knows the attributes: a wrong name or value in a policy or an inquiry does not compile.
//   node --conditions=cardea-source examples/typed-policies.ts
import { definePolicies, Guard, MemoryStorage } from 'cardea';
import { greaterOrEqual, subjectMatch } from 'cardea/rules';

interface Shop {
  readonly subject: { readonly id: string; readonly role: 'customer' | 'clerk'; readonly level: number };
  readonly action: 'view' | 'cancel' | 'refund';
  readonly resource: { readonly kind: 'order'; readonly customer: string; readonly shipped: boolean };
}

const { allow, inquiry } = definePolicies<Shop>();

const cancelOwn = allow({
  uid: 'customers-cancel-what-is-not-shipped',
  subjects: [{ role: 'customer' }],
  actions: ['view', 'cancel'],
  resources: [{ kind: 'order', customer: subjectMatch('id'), shipped: false }],
});
const refund = allow({
  uid: 'senior-clerks-refund',
  subjects: [{ role: 'clerk', level: greaterOrEqual(3) }],
  actions: ['refund'],
  resources: [{ kind: 'order' }],
});
// allow({ …, subjects: [{ rol: 'clerk' }] })        does not compile: there is no such attribute
// allow({ …, subjects: [{ role: 'clerck' }] })      does not compile: no role has that name
// allow({ …, actions: ['delete'] })                 does not compile: there is no such action

const guard = new Guard<Shop>(new MemoryStorage([cancelOwn, refund]));
const order = { kind: 'order', customer: 'ann', shipped: false } as const;
const ask = (id: string, role: 'customer' | 'clerk', action: Shop['action'], level = 0): Promise<boolean> =>
  guard.isAllowed(inquiry({ subject: { id, role, level }, action, resource: order }));

console.log('ann cancels her order:', await ask('ann', 'customer', 'cancel')); // true
console.log('bob cancels her order:', await ask('bob', 'customer', 'cancel')); // false
console.log('a junior clerk refunds:', await ask('cy', 'clerk', 'refund', 1)); // false
console.log('a senior clerk refunds:', await ask('di', 'clerk', 'refund', 3)); // true
