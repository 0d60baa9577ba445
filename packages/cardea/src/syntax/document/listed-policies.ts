import { quote } from '../../errors.ts';
import type { Located } from './located.ts';
import type { SourceText } from './source-text.ts';

/** A policy of a document, not yet checked, and the path to it. */
export interface ListedPolicy {
  readonly node: Located;
  readonly path: readonly (string | number)[];
}

/** The members of a document that is a mapping. `$schema` is for editors. */
export const DOCUMENT_MEMBERS: readonly string[] = ['$schema', 'cardea', 'policies'];

/** The version of the document form, the value of `cardea`. */
export const DOCUMENT_VERSION = 1;

/**
 * The policies of a document: its items, or those of its `policies`. What is wrong with the frame around
 * them is reported.
 */
export function listedPolicies(root: Located, source: SourceText): readonly ListedPolicy[] {
  if (root.items !== undefined) return root.items.map((node, index) => ({ node, path: [index] }));
  if (root.members === undefined) {
    source.report(
      'CARDEA_INVALID_DOCUMENT',
      `a document is a list of policies, or a mapping with \`policies\`, not ${quote(root.value)}`,
      [],
      root.at,
    );
    return [];
  }
  return policiesOfMapping(root, root.members, source);
}

function policiesOfMapping(
  root: Located,
  members: NonNullable<Located['members']>,
  { report }: SourceText,
): readonly ListedPolicy[] {
  for (const [name, { at }] of members) {
    if (DOCUMENT_MEMBERS.includes(name)) continue;
    report(
      'CARDEA_INVALID_DOCUMENT',
      `unknown member ${quote(name)}; a document has ${DOCUMENT_MEMBERS.join(', ')}`,
      [name],
      at,
    );
  }
  const schema = members.get('$schema');
  if (schema !== undefined && typeof schema.node.value !== 'string')
    report('CARDEA_INVALID_DOCUMENT', 'must be a string', ['$schema'], schema.at);
  const version = members.get('cardea');
  if (version !== undefined && version.node.value !== DOCUMENT_VERSION) {
    report(
      'CARDEA_INVALID_DOCUMENT',
      `must be ${DOCUMENT_VERSION}, not ${quote(version.node.value)}: this version of the library reads no other form`,
      ['cardea'],
      version.at,
    );
  }
  const policies = members.get('policies');
  if (policies?.node.items !== undefined)
    return policies.node.items.map((node, index) => ({ node, path: ['policies', index] }));
  const problem =
    policies === undefined
      ? 'is missing; it must be a list of policies'
      : `must be a list of policies, not ${quote(policies.node.value)}`;
  report('CARDEA_INVALID_DOCUMENT', problem, ['policies'], policies?.at ?? root.at);
  return [];
}
