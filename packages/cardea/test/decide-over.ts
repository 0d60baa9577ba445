import type { FunctionTable } from '../src/ast/functions.ts';
import type { Scalar } from '../src/ast/json.ts';
import type { ConcludeOptions } from '../src/decide/conclude.ts';
import { decide } from '../src/decide/decide.ts';
import type { Decision } from '../src/model/decision.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import { slotValues } from '../src/model/link.ts';
import type { Candidates } from '../src/ports/storage.ts';
import { readStoredPolicy } from '../src/guard/stored-policy.ts';
import { type Checker, defaultChecker } from '../src/syntax/checkers.ts';

/** Decides by the reference over policies and links as a storage gave them. */
export function decideOver(
  { policies, links, revision }: Candidates,
  inquiry: Inquiry,
  functions: FunctionTable,
  checker: Checker = defaultChecker(),
  options: Partial<Pick<ConcludeOptions, 'combining' | 'unknownDeny'>> = {},
): Decision {
  const lowered = policies.map((policy) => readStoredPolicy(policy, { checker, functions }).lowered);
  const values = new Map<string, (readonly Scalar[])[]>();
  for (const link of links) {
    const slots = lowered.find(({ uid }) => uid === link.template)?.slots;
    const filled = slots === undefined ? undefined : slotValues(link, slots);
    if (filled !== undefined) values.set(link.template, [...(values.get(link.template) ?? []), filled]);
  }
  return decide(lowered, inquiry, {
    combining: 'deny-overrides',
    unknownDeny: 'ignore',
    ...options,
    functions,
    links: values,
    revision,
  });
}
