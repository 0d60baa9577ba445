import { formatIssue } from 'cardea';
import { parseDirectory, type StatementDirectory } from 'cardea/statements';

/** Who works for which countries. */
export const COUNTRIES = {
  anna: ['FR'],
  nils: ['NO', 'IS', 'SE'],
  kim: ['DE', 'AT'],
  guest: [],
} as const;

/**
 * Analysts read and export values of the countries that they are assigned to. Key users read all, and still export those of
 * their own countries alone. Nobody exports estimates, which have the flag `e`.
 */
export function makeDirectory(): StatementDirectory {
  const parsed = parseDirectory({
    users: {
      anna: { groups: ['analysts'], attributes: { countries: COUNTRIES.anna } },
      nils: { groups: ['analysts'], attributes: { countries: COUNTRIES.nils } },
      kim: { groups: ['key-users'], attributes: { countries: COUNTRIES.kim } },
      guest: { attributes: { countries: COUNTRIES.guest } },
    },
    groups: {
      analysts: {
        statements: {
          Sid: 'own-countries',
          Effect: 'Allow',
          Action: ['^values:read$', '^values:export$'],
          Resource: '',
          Condition: { 'ForAnyValue:StringEquals': { 'subject.countries': '${resource.geo}' } },
        },
      },
      'key-users': {
        groups: ['analysts'],
        statements: { Sid: 'all', Effect: 'Allow', Action: '^values:read$', Resource: '' },
      },
    },
    everyone: {
      statements: { Sid: 'no-estimates', Effect: 'Deny', Action: '^values:export$', Resource: { flag: 'e' } },
    },
  });
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.issues.map(formatIssue).join('\n'));
}
