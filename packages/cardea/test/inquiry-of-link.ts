import { splitTemplate } from '../src/ast/template.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import { slotValues } from '../src/model/link.ts';
import type { Candidates } from '../src/ports/storage.ts';
import { type LowerOptions, lowerPolicy } from '../src/syntax/lower-policy.ts';
import { inquiryHitting } from './arbitrary.ts';

/** The inquiry changed so that it has what one of the links is about. */
export function inquiryOfLink(
  inquiry: Inquiry,
  { policies, links }: Candidates,
  at: number,
  reading: LowerOptions,
): Inquiry {
  const link = links.toReversed()[at];
  const template = policies.find(({ uid }) => uid === link?.template);
  if (link === undefined || template === undefined) return inquiry;
  const lowered = lowerPolicy(template, reading);
  const parts = lowered.ok ? splitTemplate(lowered.value.condition, template.slots ?? []) : undefined;
  const values = slotValues(link, template.slots ?? []);
  if (parts?.ok !== true || values === undefined) return inquiry;
  return inquiryHitting(inquiry, parts.bindings, values);
}
