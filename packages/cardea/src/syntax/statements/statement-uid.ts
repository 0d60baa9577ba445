import type { StatementHolder } from './statement.ts';

/** Which statement a policy is made of. */
export interface StatementName {
  readonly holder: StatementHolder;
  /** The Sid, or `#` and the place among the statements of the holder, from 0. */
  readonly sid: string;
}

/** The holder as the uids of its policies begin: `group/admins`. */
export function holderText(holder: StatementHolder): string {
  if (holder === 'everyone') return holder;
  const [[kind, name]] = Object.entries(holder) as [[string, string]];
  return `${kind}/${encodeURIComponent(name)}`;
}

/** The uid of the policy of a statement. */
export function statementUid(holder: StatementHolder, sid: string | number): string {
  return `${holderText(holder)}/${typeof sid === 'number' ? `#${sid}` : encodeURIComponent(sid)}`;
}

/**
 * Which statement a policy is made of; undefined for other policies.
 *
 * @example
 * ```ts
 * statementOfUid('group/admins/read'); // { holder: { group: 'admins' }, sid: 'read' }
 * ```
 */
export function statementOfUid(uid: string): StatementName | undefined {
  const [, kind, name, sid] = /^(?:(user|group|role)\/([^/]*)|everyone)\/([^/]*)$/.exec(uid) ?? [];
  if (sid === undefined) return undefined;
  try {
    const holder = kind === undefined ? 'everyone' : { [kind]: decodeURIComponent(name ?? '') };
    return { holder: holder as StatementHolder, sid: decodeURIComponent(sid) };
  } catch {
    // A `%` that encodes nothing: the uid of another policy, which only looks alike.
    return undefined;
  }
}
