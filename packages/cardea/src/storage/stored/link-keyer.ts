import { type PolicyLink, slotValues } from '../../model/link.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyKeyer } from '../../ports/policy-keys.ts';
import type { NewShapes } from './new-shapes.ts';

/** Gives the key of a link. */
export type LinkKeyer = (link: PolicyLink) => string;

/** What gives the keys of the links of a template. One that does not fill its slots is found by every inquiry. */
export function linkKeyer(template: Policy, keyer: PolicyKeyer, shapes: NewShapes): LinkKeyer {
  const keyOf = keyer.linkKeysOf(template);
  return (link) => {
    const values = slotValues(link, template.slots ?? []);
    return values === undefined ? keyer.residual : shapes.note(keyOf(values)).key;
  };
}
