import fc from 'fast-check';
import type { Scalar } from '../src/ast/json.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import type { PolicyLink } from '../src/model/link.ts';
import type { Policy } from '../src/model/policy.ts';
import { allowing, denying } from './policies.ts';

/** Templates whose links apply often, and where something is missing stand for them. */
export const TEMPLATES: readonly Policy[] = [
  allowing('t1', { subjects: [{ $slot: 's' }], slots: ['s'] }),
  denying('t2', { subjects: [{ $slot: 's' }], resources: [{ $slot: 'r' }], slots: ['s', 'r'] }),
  denying('t3', { subjects: [{ role: { $slot: 's' } }], slots: ['s'] }),
];
const linkedArb = fc.constantFrom<Scalar>('x', 'y', 1, null);
/** Links of them. */
export const linksArb: fc.Arbitrary<readonly PolicyLink[]> = fc.array(
  fc.oneof(
    fc.record({ template: fc.constantFrom('t1', 't3'), values: fc.record({ s: linkedArb }) }),
    fc.record({ template: fc.constant('t2'), values: fc.record({ s: linkedArb, r: linkedArb }) }),
  ),
  { maxLength: 5 },
);
/** What the links are about, and the like. */
export const linkedInquiryArb: fc.Arbitrary<Inquiry> = fc.record({
  subject: fc.oneof(linkedArb, fc.record({ role: linkedArb })),
  action: fc.constant('get'),
  resource: linkedArb,
});
