import { quote } from '../../errors.ts';
import type { Located } from './located.ts';
import type { SourceText } from './source-text.ts';

/** A policy or a link of a document, not yet checked, and the path to it. */
export interface Listed {
  readonly node: Located;
  readonly path: readonly (string | number)[];
}

/** The members of a document that is a mapping. `$schema` is for editors. */
export const DOCUMENT_MEMBERS: readonly string[] = ['$schema', 'cardea', 'policies', 'links'];

/** The version of the document form, the value of `cardea`. */
export const DOCUMENT_VERSION = 1;

/** What a document lists. */
export interface DocumentLists {
  readonly policies: readonly Listed[];
  readonly links: readonly Listed[];
}

/**
 * The policies and links of a document: its items are policies, or those of its `policies` and `links`. What is
 * wrong with the frame around them is reported.
 */
export function documentLists(root: Located, source: SourceText): DocumentLists {
  if (root.items !== undefined)
    return { policies: root.items.map((node, index) => ({ node, path: [index] })), links: [] };
  if (root.members === undefined) {
    source.report(
      'CARDEA_INVALID_DOCUMENT',
      `a document is a list of policies, or a mapping with \`policies\`, not ${quote(root.value)}`,
      [],
      root.at,
    );
    return { policies: [], links: [] };
  }
  return listsOfMapping(root, root.members, source);
}

function listsOfMapping(root: Located, members: NonNullable<Located['members']>, source: SourceText): DocumentLists {
  const { report } = source;
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
  if (!members.has('policies') && !members.has('links'))
    report('CARDEA_INVALID_DOCUMENT', 'is missing; it must be a list of policies', ['policies'], root.at);
  return { policies: listOf('policies', members, source), links: listOf('links', members, source) };
}

function listOf(
  name: 'policies' | 'links',
  members: NonNullable<Located['members']>,
  { report }: SourceText,
): readonly Listed[] {
  const member = members.get(name);
  if (member === undefined) return [];
  if (member.node.items !== undefined) return member.node.items.map((node, index) => ({ node, path: [name, index] }));
  report('CARDEA_INVALID_DOCUMENT', `must be a list of ${name}, not ${quote(member.node.value)}`, [name], member.at);
  return [];
}
