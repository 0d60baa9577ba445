import type { Issue } from '../errors.ts';
import type { Inquiry } from '../model/inquiry.ts';
import type { Parsed } from '../model/parsed.ts';
import { copyJson } from './copy-json.ts';
import { guarded, reportUnknown } from './guarded.ts';
import { inside, type Place, report, rootPlace } from './issue-collector.ts';
import { describe, isPlainObject } from './plain-object.ts';

/**
 * Checks that a value is an inquiry: only subject, action, resource and context, all of them JSON, the
 * context a dictionary. Never throws.
 *
 * @returns the inquiry as a deep copy of its own members, frozen
 *
 * @example
 * ```ts
 * parseInquiry({ subject: 'max', action: 'get', resource: 'book', context: { ip: '10.0.0.1' } });
 * ```
 */
export function parseInquiry(input: unknown): Parsed<Inquiry> {
  const issues: Issue[] = [];
  const place = rootPlace(issues);
  const inquiry = guarded(place, 'CARDEA_INVALID_INQUIRY', 'the inquiry', () => readInquiry(input, place));
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: inquiry as Inquiry };
}

function readInquiry(input: unknown, place: Place): unknown {
  const code = 'CARDEA_INVALID_INQUIRY';
  if (!isPlainObject(input)) return report(place, code, `an inquiry is a dictionary, not a ${describe(input)}`);
  reportUnknown(input, ['subject', 'action', 'resource', 'context'], place, code);
  const inquiry = copyJson(input, place, { code, undefinedMembers: 'absent' });
  const context = isPlainObject(inquiry) ? inquiry['context'] : undefined;
  if (context !== undefined && !isPlainObject(context))
    report(inside(place, 'context'), code, `a context is a dictionary, not a ${describe(context)}`);
  return inquiry;
}
