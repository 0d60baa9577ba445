import { formatIssue } from 'cardea';
import { parseDirectory, type StatementDirectory } from 'cardea/statements';
import { COUNTRIES } from './table.ts';

const LIST = 'footprint:getlist$';
const ITEM = 'footprint:getitem$';

const GROUPS = {
  'key-users': { statements: { Sid: 'everything', Effect: 'Allow', Action: 'footprint:', Resource: '' } },
  'area-managers': {
    statements: {
      Sid: 'own-country',
      Effect: 'Allow',
      Action: [LIST, ITEM],
      Resource: { countryId: '${subject.country}' },
    },
  },
  // Written as patterns over the text of a footprint, which only single objects are held against.
  auditors: {
    groups: ['area-managers'],
    statements: { Sid: 'by-account', Effect: 'Allow', Action: ITEM, Resource: 'globalAccountId:90[0-4]' },
  },
  everybody: {
    statements: [
      { Sid: 'not-94', Effect: 'Deny', Action: [LIST, ITEM], Resource: { kamId: 94 } },
      { Sid: 'both', Effect: 'Deny', Action: ITEM, Resource: '(?=.*countryid:070)(?=.*globalaccountid:901)' },
    ],
  },
} as const;

/** Who works for each country, and who sees all of them: one of five. The number of users is that of subjects in effect. */
export function makeDirectory(users: number): StatementDirectory {
  const names = Array.from({ length: users }, (_, at) => [`user${at}`, userOf(at)] as const);
  const parsed = parseDirectory({ users: Object.fromEntries(names), groups: GROUPS });
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.issues.map(formatIssue).join('\n'));
}

function userOf(at: number): object {
  const group = at % 5 === 4 ? 'key-users' : at % 5 === 3 ? 'auditors' : 'area-managers';
  return { groups: [group, 'everybody'], attributes: { country: COUNTRIES[at % COUNTRIES.length] } };
}
