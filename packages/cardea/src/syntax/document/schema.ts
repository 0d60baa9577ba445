import type { JsonObject } from '../../ast/json.ts';
import { RULES } from '../rules/table.ts';
import { DOCUMENT_VERSION } from './listed-policies.ts';
import { ARGUMENT_SCHEMAS, REFERENCE_SCHEMAS, type Schema, SLOT_NAME_SCHEMA, ref } from './schema-arguments.ts';

// Names of attributes: those that start with `$` are rules, and `$$name` is an attribute called `$name`.
const ATTRIBUTE_NAME: Schema = { pattern: '^([^$]|\\$\\$|$)' };

/**
 * The JSON Schema (draft 2020-12) of policy documents, for completion and checks in editors and for other
 * languages. It accepts every document that `parseDocument` accepts; what a schema cannot tell, such as
 * patterns, networks and uids that occur twice, only `parseDocument` finds.
 *
 * The same schema stands in the package as `schema/policy.schema.json`.
 *
 * @example
 * ```yaml
 * # yaml-language-server: $schema=node_modules/cardea/schema/policy.schema.json
 * - uid: readers
 *   effect: allow
 * ```
 */
export const policySchema: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:cardea:policy-document:1',
  title: 'Cardea policy document',
  description: 'A list of policies, or a mapping with `policies`, `links` or both.',
  anyOf: [ref('policies'), ref('document')],
  $defs: {
    policies: { type: 'array', items: ref('policy') },
    document: documentSchema(),
    policy: policySchemaOfOne(),
    link: linkSchema(),
    element: {
      description:
        'What fits: a string as the checker reads it, a rule on the whole value, or rules on its attributes.',
      examples: ['books:<\\d+>', { $any: true }, { role: 'admin' }],
      anyOf: [{ type: 'string' }, ref('rule'), ref('attributes')],
    },
    rule: ruleSchema(),
    attributes: {
      description: 'Rules on the attributes of a dictionary; all of them must hold.',
      type: 'object',
      minProperties: 1,
      propertyNames: ATTRIBUTE_NAME,
      additionalProperties: ref('attribute-rule'),
    },
    'attribute-rule': {
      description: 'A rule, a literal that the attribute must equal, or rules on nested attributes.',
      anyOf: [{ type: ['null', 'boolean', 'number', 'string', 'array'] }, ref('rule'), ref('attributes')],
    },
    ...REFERENCE_SCHEMAS,
    ...Object.fromEntries(Object.entries(ARGUMENT_SCHEMAS).map(([kind, schema]) => [`argument-${kind}`, schema])),
  },
};

function documentSchema(): Schema {
  return {
    type: 'object',
    anyOf: ['policies', 'links'].map((list) => ({ required: [list], properties: { [list]: true } })),
    additionalProperties: false,
    properties: {
      $schema: { description: 'Where editors find this schema.', type: 'string' },
      cardea: { description: 'The version of the document form.', const: DOCUMENT_VERSION },
      policies: ref('policies'),
      links: { description: 'What fills the slots of templates.', type: 'array', items: ref('link') },
    },
  };
}

function elements(description: string): Schema {
  return { description, type: 'array', minItems: 1, items: ref('element') };
}

function policySchemaOfOne(): Schema {
  return {
    description:
      'A policy applies when one element of each of its subjects, actions and resources fits and every rule of its context holds.',
    type: 'object',
    required: ['uid', 'effect', 'subjects', 'actions', 'resources'],
    additionalProperties: false,
    properties: {
      uid: { description: 'Unique in a storage, compared byte by byte.', type: 'string', minLength: 1 },
      slots: {
        description: 'Makes the policy a template: what its links fill in. Each stands once, as `{ $slot: name }`.',
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: SLOT_NAME_SCHEMA,
        examples: [['user', 'document']],
      },
      description: { description: 'For people; the audit can show it.', type: 'string' },
      effect: { description: 'A deny wins over every allow.', enum: ['allow', 'deny'] },
      priority: {
        description: 'Read by the combining algorithm `highest-priority`; 0 when absent.',
        type: 'integer',
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
      },
      subjects: elements('Who.'),
      actions: elements('Does what.'),
      resources: elements('On what.'),
      context: {
        description: 'Rules on the attributes of the context; all of them must hold.',
        type: 'object',
        propertyNames: ATTRIBUTE_NAME,
        additionalProperties: ref('attribute-rule'),
      },
      obligations: { description: 'What the enforcement point must do when this policy decides.', type: 'array' },
      labels: {
        description: 'For people and tools; never read when deciding.',
        type: 'object',
        additionalProperties: { type: 'string' },
      },
      tags: {
        description: 'The two characters that delimit expressions in strings; `<` and `>` when absent.',
        type: 'array',
        minItems: 2,
        maxItems: 2,
        uniqueItems: true,
        items: { type: 'string', minLength: 1, maxLength: 1 },
      },
    },
  };
}

function linkSchema(): Schema {
  return {
    description: 'A value for each slot of a template: an entry of an access list, a share, a role of somebody.',
    type: 'object',
    required: ['template', 'values'],
    additionalProperties: false,
    properties: {
      template: { description: 'The uid of the template.', type: 'string', minLength: 1 },
      values: {
        description: 'By the names of the slots.',
        type: 'object',
        additionalProperties: { type: ['null', 'boolean', 'number', 'string'] },
      },
    },
    examples: [{ template: 'share', values: { user: 'max', document: 'd1' } }],
  };
}

function ruleSchema(): Schema {
  const members = Object.entries(RULES).map(([name, { argument, meaning, example }]) => {
    return [
      name,
      { ...ref(`argument-${argument}`), description: `True where ${meaning}.`, examples: [example] },
    ] as const;
  });
  return {
    description: 'What must hold of a value. Several members must all hold.',
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: Object.fromEntries(members),
  };
}
