import type { RuleName } from '../../model/policy.ts';
import type { Json } from '../../ast/json.ts';

/** What a rule takes: the name of a definition in the published schema, described in {@link ARGUMENTS}. */
export type ArgumentKind =
  | 'value'
  | 'slot'
  | 'ordered'
  | 'flag'
  | 'rule'
  | 'rules'
  | 'values'
  | 'nested'
  | 'attributes'
  | 'text'
  | 'network'
  | 'pattern'
  | 'document-pattern'
  | 'type'
  | 'moment'
  | 'timeWindow'
  | 'attribute'
  | 'call';

/** What people and editors are told about one rule. */
export interface RuleFacts {
  /** The name of the function in `cardea/rules`. */
  readonly builder: string;
  readonly argument: ArgumentKind;
  /** What must hold of the value. */
  readonly meaning: string;
  /** Arguments of the function that make the example. */
  readonly call: readonly Json[];
  /** The example as data: what the function returns for `call`. */
  readonly example: Json;
  /** The truth of the example where the value is missing. */
  readonly whenMissing: 'unknown' | 'true' | 'false';
}

/** What each kind of argument is, for the reference page and the published schema. */
export const ARGUMENTS: Readonly<Record<ArgumentKind, string>> = {
  value: 'any value, an attribute such as `{ $resource: owner }`, or `{ $value: … }` for a literal with `$` members',
  slot: 'the name of a slot of the template',
  ordered: 'a number, a string, or an attribute',
  flag: '`true`',
  rule: 'a rule',
  rules: 'a list of at least one rule',
  values: 'a list of values, or an attribute that holds a list',
  nested: 'a rule on each item, or rules on its attributes',
  attributes: 'rules on the attributes of a dictionary',
  text: 'a string or an attribute; or `{ value: …, ci: true }` to ignore case',
  network: 'an IPv4 or IPv6 network in CIDR notation, without host bits',
  pattern:
    'a pattern; it is searched, so write `^` and `$`; flags stand in it: `(?i)`; no look-around, no back references',
  'document-pattern':
    'a pattern that is searched in the document without case; `(?=.*…)` may stand at its start; a literal may hold `${subject.name}`',
  type: '`null`, `boolean`, `number`, `string`, `list` or `object`',
  moment: 'an RFC 3339 date-time with an offset, or an attribute',
  timeWindow: '`days`, `from` (inclusive), `to` (exclusive) and `zone`; all of them optional',
  attribute: '`true` for the whole value, the name of an attribute, or a list of names for a nested one',
  call: 'a list: the name of a registered function, then its further arguments',
};

/**
 * All rules, in the order of the reference page. The published schema and the reference page are made from
 * this table; what the rules mean when deciding is `lowerRule`'s.
 */
export const RULES: Readonly<Record<RuleName, RuleFacts>> = {
  $eq: facts('eq', 'value', 'the value equals the argument, deeply and without conversion', ['admin'], 'admin'),
  $slot: facts('slot', 'slot', 'the value equals what a link fills in, as `{ $eq: { $slot: … } }`', ['user'], 'user'),
  $notEq: facts('notEq', 'value', 'the value does not equal the argument', ['guest'], 'guest'),
  $greater: facts('greater', 'ordered', 'the value is greater: numbers by value, strings by code point', [50], 50),
  $less: facts('less', 'ordered', 'the value is less', [{ $resource: 'limit' }], { $resource: 'limit' }),
  $greaterOrEqual: facts('greaterOrEqual', 'ordered', 'the value is greater or equal', [18], 18),
  $lessOrEqual: facts('lessOrEqual', 'ordered', 'the value is less or equal', ['m'], 'm'),
  $truthy: flag('truthy', 'the value is neither null, false, 0, an empty string, an empty list nor an empty object'),
  $falsy: flag('falsy', 'the value is null, false, 0, an empty string, an empty list or an empty object'),
  $not: facts('not', 'rule', 'the rule does not hold; unknown where the rule is unknown', [{ $eq: 'guest' }], {
    $eq: 'guest',
  }),
  $and: facts(
    'and',
    'rules',
    'all of the rules hold',
    [{ $greater: 1 }, { $less: 9 }],
    [{ $greater: 1 }, { $less: 9 }],
  ),
  $or: facts(
    'or',
    'rules',
    'one of the rules holds',
    [{ $eq: 'a' }, { $startsWith: 'b:' }],
    [{ $eq: 'a' }, { $startsWith: 'b:' }],
  ),
  $any: flag('any', 'every value'),
  $neither: flag('neither', 'no value'),
  $present: flag('present', 'there is a value; null is one', 'false'),
  $absent: flag('absent', 'there is no value; null is one', 'true'),
  $type: facts('type', 'type', 'the value has this JSON type', ['number'], 'number'),
  $in: facts('isIn', 'values', 'the value equals a member of the list', ['admin', 'editor'], ['admin', 'editor']),
  $notIn: facts('notIn', 'values', 'the value equals no member of the list', ['guest', 'bot'], ['guest', 'bot']),
  $allIn: facts(
    'allIn',
    'values',
    'the value is a list, and all of its items are in the argument',
    ['read', 'list'],
    ['read', 'list'],
  ),
  $allNotIn: facts(
    'allNotIn',
    'values',
    'not all items of the list are in the argument: vakt’s AllNotIn, the same as `$anyNotIn`',
    ['a', 'b'],
    ['a', 'b'],
  ),
  $anyIn: facts(
    'anyIn',
    'values',
    'the value is a list, and some item is in the argument',
    ['hr', 'legal'],
    ['hr', 'legal'],
  ),
  $anyNotIn: facts('anyNotIn', 'values', 'the value is a list, and some item is not in the argument', ['hr'], ['hr']),
  $noneIn: facts(
    'noneIn',
    'values',
    'the value is a list, and none of its items is in the argument',
    ['secret'],
    ['secret'],
  ),
  $some: facts('some', 'nested', 'the value is a list, and some item satisfies the rule', [{ team: 'core' }], {
    team: 'core',
  }),
  $every: facts(
    'every',
    'nested',
    'the value is a list, and every item satisfies the rule',
    [{ $startsWith: 'read:' }],
    { $startsWith: 'read:' },
  ),
  $attributes: facts(
    'withAttributes',
    'attributes',
    'the value is a dictionary, and the rules on its attributes hold: as one rule beside others',
    [{ status: 'draft' }],
    { status: 'draft' },
  ),
  $cidr: facts(
    'cidr',
    'network',
    'the value is an IP address in the network; false for a string that is no address',
    ['10.0.0.0/8'],
    '10.0.0.0/8',
  ),
  $strEqual: facts('strEqual', 'text', 'the value is a string and equals the text', ['GET', { ci: true }], {
    value: 'GET',
    ci: true,
  }),
  $startsWith: facts('startsWith', 'text', 'the string starts with the text', ['books:'], 'books:'),
  $endsWith: facts('endsWith', 'text', 'the string ends with the text', ['.pdf', { ci: true }], {
    value: '.pdf',
    ci: true,
  }),
  $contains: facts('contains', 'text', 'the string contains the text', ['draft'], 'draft'),
  $partOf: facts('partOf', 'text', 'the string is a part of the text', ['library:books'], 'library:books'),
  $strPairsEqual: flag('strPairsEqual', 'the value is a list of pairs of strings, each of two equal ones'),
  $regexMatch: facts(
    'regexMatch',
    'pattern',
    'the linear-time pattern is found in the string',
    ['^97[89]-\\d{10}$'],
    '^97[89]-\\d{10}$',
  ),
  $documentMatch: facts(
    'documentMatch',
    'document-pattern',
    'the pattern is found, without case, in the document of the value: its JSON as one text without quotes',
    ['(?=.*countryid:070)(?=.*status:draft)'],
    '(?=.*countryid:070)(?=.*status:draft)',
  ),
  $before: facts(
    'before',
    'moment',
    'the date-time is before the argument',
    ['2027-01-01T00:00:00Z'],
    '2027-01-01T00:00:00Z',
  ),
  $after: facts(
    'after',
    'moment',
    'the date-time is after the argument',
    ['2026-01-01T00:00:00Z'],
    '2026-01-01T00:00:00Z',
  ),
  $timeWindow: facts(
    'timeWindow',
    'timeWindow',
    'the date-time is in the window; a window that passes midnight belongs to the day on which it begins',
    [{ days: ['mon', 'tue'], from: '09:00', to: '17:00', zone: 'Europe/Amsterdam' }],
    { days: ['mon', 'tue'], from: '09:00', to: '17:00', zone: 'Europe/Amsterdam' },
  ),
  $subjectMatch: facts(
    'subjectMatch',
    'attribute',
    'the value equals the subject, or the attribute of it',
    ['name'],
    'name',
  ),
  $actionMatch: facts('actionMatch', 'attribute', 'the value equals the action, or the attribute of it', [], true),
  $resourceMatch: facts(
    'resourceMatch',
    'attribute',
    'the value equals the resource, or the attribute of it',
    [['owner', 'id']],
    ['owner', 'id'],
  ),
  $subjectEqual: flag('subjectEqual', 'the value is a string and equals the whole subject'),
  $actionEqual: flag('actionEqual', 'the value is a string and equals the whole action'),
  $resourceIn: flag('resourceIn', 'the value is a list, and the whole resource is in it'),
  $custom: facts(
    'custom',
    'call',
    'the registered function returns true for the value and the further arguments',
    ['math.isEven'],
    ['math.isEven'],
  ),
};

function facts(
  builder: string,
  argument: ArgumentKind,
  meaning: string,
  call: readonly Json[],
  example: Json,
): RuleFacts {
  return { builder, argument, meaning, call, example, whenMissing: 'unknown' };
}

function flag(builder: string, meaning: string, whenMissing: RuleFacts['whenMissing'] = 'unknown'): RuleFacts {
  return { builder, argument: 'flag', meaning, call: [], example: true, whenMissing };
}
