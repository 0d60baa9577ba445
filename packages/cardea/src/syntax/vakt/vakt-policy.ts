import { quote } from '../../errors.ts';
import { isDict, isInstance, isList, isSet, isTruthy, isTuple, type Python, type PythonDict } from './python-value.ts';

/** A policy as vakt holds it after reading. */
export interface VaktPolicy {
  readonly uid: Python;
  readonly effect: Python;
  readonly subjects: readonly Python[];
  readonly actions: readonly Python[];
  readonly resources: readonly Python[];
  readonly context: PythonDict;
  readonly description: Python;
  /** 1 when all elements are strings (or there are none), 2 when all are rules. */
  readonly type: 1 | 2;
}

/** Something that vakt refuses to make a policy of. */
export class VaktPolicyError extends Error {
  override readonly name = 'VaktPolicyError';
}

/**
 * Makes a policy of its members, with the checks and the leniency of vakt's `Policy.from_json`: a text in place
 * of a list stands for its characters, a falsy effect for `deny`, the deprecated `rules` for the context.
 *
 * @throws VaktPolicyError where vakt raises
 */
export function vaktPolicy(root: Python): VaktPolicy {
  if (!isDict(root)) throw new VaktPolicyError('a policy is a dictionary with a uid');
  for (const name of root.keys())
    if (!MEMBERS.includes(name)) throw new VaktPolicyError(`unknown member ${quote(name)}`);
  const uid = root.get('uid');
  if (uid === undefined) throw new VaktPolicyError('the policy has no uid');
  const effect = root.get('effect') ?? null;
  const [subjects, actions, resources] = ['subjects', 'actions', 'resources'].map((name) =>
    elementsOf(name, root.get(name)),
  ) as [readonly Python[], readonly Python[], readonly Python[]];
  const description = root.get('description') ?? null;
  const policy = {
    uid,
    effect: isTruthy(effect) ? effect : 'deny',
    subjects,
    actions,
    resources,
    context: contextOf(root),
    description,
  };
  return { ...policy, type: typeOf([...subjects, ...actions, ...resources]) };
}

const MEMBERS = ['uid', 'type', 'subjects', 'effect', 'resources', 'actions', 'context', 'rules', 'description'];

function elementsOf(name: string, field: Python | undefined): readonly Python[] {
  if (field === undefined) return [];
  const elements = iterated(field);
  if (elements === undefined) throw new VaktPolicyError(`${quote(name)} must be a list`);
  for (const element of elements) {
    if (typeof element !== 'string' && !isDict(element) && !isInstance(element))
      throw new VaktPolicyError(`${quote(name)} holds something that is no string, rule or dictionary of rules`);
  }
  return elements;
}

function iterated(value: Python): readonly Python[] | undefined {
  if (typeof value === 'string') return Array.from(value);
  if (isDict(value)) return [...value.keys()];
  if (isTuple(value) || isSet(value)) return value.items;
  return isList(value) ? value : undefined;
}

function contextOf(root: PythonDict): PythonDict {
  // Without a `context`, `rules` is taken for one as it is; beside a null one, only when it is truthy.
  const given = root.get('context');
  const rules = root.get('rules') ?? null;
  const chosen = given === undefined ? rules : (given ?? (isTruthy(rules) ? rules : null));
  if (chosen === null) return new Map();
  if (!isDict(chosen)) throw new VaktPolicyError('the context must be a dictionary');
  return chosen;
}

function typeOf(elements: readonly Python[]): 1 | 2 {
  const strings = elements.filter((element) => typeof element === 'string').length;
  if (strings === elements.length) return 1;
  if (strings > 0) throw new VaktPolicyError('strings and rules are mixed');
  return 2;
}
