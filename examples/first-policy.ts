// The smallest program: one policy, one question, one reason.
//   node --conditions=cardea-source examples/first-policy.ts
import { allow, formatExplanation, Guard, MemoryStorage } from 'cardea';
import { cidr, isIn } from 'cardea/rules';

const readers = allow({
  uid: 'readers-read-in-the-building',
  subjects: [{ role: isIn('reader', 'librarian') }],
  actions: ['read'],
  resources: ['book:<.+>'], // between the tags stands a pattern
  context: { ip: cidr('10.20.0.0/16') },
});

const guard = new Guard(new MemoryStorage([readers]));
const inquiry = { subject: { name: 'mia', role: 'reader' }, action: 'read', resource: 'book:moby-dick' };

console.log(await guard.isAllowed({ ...inquiry, context: { ip: '10.20.4.17' } })); // true
console.log(await guard.isAllowed({ ...inquiry, context: { ip: '203.0.113.9' } })); // false

const explanation = await guard.explain({ ...inquiry, context: { ip: '203.0.113.9' } });
console.log(formatExplanation(explanation, { style: 'text' }));
