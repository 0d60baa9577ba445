// Statements on a user and a group, as an application keeps them: who may see which footprints, and which statement says so.
//   node --conditions=cardea-source examples/statements.ts
import { formatExplanation, formatIssue, MemoryStorage } from 'cardea';
import { parseDirectory, StatementGuard } from 'cardea/statements';

const Action = 'footprint:getlist|footprint:getitem';
const directory = parseDirectory({
  users: {
    alice: { groups: ['footprints'], statements: { Sid: 'not-94', Effect: 'Deny', Action, Resource: 'kamId:94' } },
  },
  groups: {
    footprints: {
      statements: [
        { Sid: 'area', Effect: 'Allow', Action, Resource: 'countryid:08.*|globalAccountId:900' },
        { Sid: 'both', Effect: 'Deny', Action, Resource: '(?=.*countryid:070)(?=.*globalaccountid:901)' },
        { Sid: 'exact', Effect: 'Allow', Action, Resource: { kamId: 9, countryId: '070' } },
      ],
    },
  },
});
if (!directory.ok) throw new Error(directory.issues.map(formatIssue).join('\n'));
const { policies, users } = directory.value;
const guard = new StatementGuard(new MemoryStorage(policies), { principals: (user) => users.get(user) });
await guard.ready();

const footprints = [
  { itemMasterId: 1, countryId: '080', globalAccountId: '901', kamId: 93 },
  { itemMasterId: 2, countryId: '070', globalAccountId: '900', kamId: 93 },
  { itemMasterId: 3, countryId: '080', globalAccountId: '900', kamId: 94 },
  { itemMasterId: 4, countryId: '070', globalAccountId: '901', kamId: 9 },
  { itemMasterId: 5, countryId: '070', globalAccountId: '902', kamId: 9 },
];
for (const footprint of footprints) {
  const { kind, deciders } = guard.decide('alice', 'footprint:getitem', footprint);
  console.log(`${footprint.itemMasterId}: ${kind} ${deciders.map(({ sid }) => sid).join(', ')}`);
}
const visible = guard.filter('alice', 'footprint:getlist', footprints).map(({ itemMasterId }) => itemMasterId);
console.log(`alice sees ${visible.join(', ')}`);

const subject = users.get('alice') ?? null;
const resource = { itemMasterId: 3, countryId: '080', globalAccountId: '900', kamId: 94 };
const explanation = await guard.guard.explain({ subject, action: 'footprint:getitem', resource });
console.log(formatExplanation(explanation, { style: 'text' }));
