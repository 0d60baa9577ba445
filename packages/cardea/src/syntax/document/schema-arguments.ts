import { CATEGORIES } from '../../ast/condition.ts';
import { JSON_TYPES, type JsonObject } from '../../ast/json.ts';
import { WEEKDAYS } from '../functions/time.ts';
import { ARGUMENTS, type ArgumentKind } from '../rules/table.ts';
import { SLOT_NAME } from '../slot.ts';

/** A JSON Schema, draft 2020-12. */
export type Schema = JsonObject;

/** A reference to a definition of the same schema. */
export function ref(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}

/** A reference to an attribute of the inquiry: one definition a category. */
export const REFERENCE_SCHEMAS: Readonly<Record<string, Schema>> = {
  'attribute-path': {
    description: 'The name of an attribute, a list of names for a nested one, `[]` for the whole value.',
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  },
  reference: {
    description: 'An attribute of the inquiry.',
    examples: [{ $subject: 'name' }, { $resource: ['owner', 'id'] }],
    anyOf: CATEGORIES.map((category) => only(`$${category}`, ref('attribute-path'))),
  },
};

const TIME_OF_DAY: Schema = { type: 'string', pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|24:00(:00)?)$' };

/** The name of a slot of a template. */
export const SLOT_NAME_SCHEMA: Schema = { type: 'string', pattern: SLOT_NAME.source };

/** The schema of each kind of argument. */
export const ARGUMENT_SCHEMAS: Readonly<Record<ArgumentKind, Schema>> = {
  value: described('value', {
    anyOf: [
      { type: ['null', 'boolean', 'number', 'string', 'array'] },
      { type: 'object', propertyNames: { pattern: '^([^$]|$)' } },
      ref('reference'),
      only('$slot', SLOT_NAME_SCHEMA),
      only('$value', {}),
    ],
  }),
  slot: described('slot', SLOT_NAME_SCHEMA),
  ordered: described('ordered', orReference({ type: ['number', 'string'] })),
  flag: described('flag', { const: true }),
  rule: described('rule', ref('rule')),
  rules: described('rules', { type: 'array', minItems: 1, items: ref('rule') }),
  values: described('values', orReference({ type: 'array' })),
  nested: described('nested', { anyOf: [ref('rule'), ref('attributes')] }),
  attributes: described('attributes', ref('attributes')),
  text: described('text', {
    anyOf: [
      ...(orReference({ type: 'string' })['anyOf'] as readonly Schema[]),
      {
        type: 'object',
        required: ['value'],
        additionalProperties: false,
        properties: {
          value: orReference({ type: 'string' }),
          ci: { description: 'Whether case is ignored.', type: 'boolean' },
        },
      },
    ],
  }),
  network: described('network', { type: 'string', examples: ['10.0.0.0/8', '2001:db8::/32'] }),
  pattern: described('pattern', { type: 'string' }),
  'document-pattern': described('document-pattern', { type: 'string' }),
  type: described('type', { enum: JSON_TYPES }),
  moment: described('moment', orReference({ type: 'string' })),
  timeWindow: described('timeWindow', {
    type: 'object',
    additionalProperties: false,
    properties: {
      days: { description: 'All days when absent.', type: 'array', minItems: 1, items: { enum: WEEKDAYS } },
      from: { description: 'Inclusive; the start of the day when absent.', ...TIME_OF_DAY },
      to: {
        description: 'Exclusive; the end of the day when absent. Before `from`, the window passes midnight.',
        ...TIME_OF_DAY,
      },
      zone: { description: 'IANA time zone; UTC when absent.', type: 'string', examples: ['Europe/Amsterdam'] },
    },
  }),
  attribute: described('attribute', { anyOf: [{ const: true }, ref('attribute-path')] }),
  call: described('call', {
    type: 'array',
    minItems: 1,
    prefixItems: [{ type: 'string' }],
    items: ref('argument-value'),
  }),
};

/** A literal as it is or wrapped in `$value`, or an attribute. */
function orReference(literal: Schema): Schema {
  return { anyOf: [literal, only('$value', literal), ref('reference')] };
}

/** A mapping of this one member. */
function only(name: string, member: Schema): Schema {
  return { type: 'object', required: [name], additionalProperties: false, properties: { [name]: member } };
}

function described(kind: ArgumentKind, schema: Schema): Schema {
  return { description: `${ARGUMENTS[kind].charAt(0).toUpperCase()}${ARGUMENTS[kind].slice(1)}.`, ...schema };
}
