import { issuesError } from '../errors.ts';
import type { Decision, Diagnostic } from '../model/decision.ts';
import type { Inquiry } from '../model/inquiry.ts';
import { ObjectInquiry } from '../model/object-inquiry.ts';
import { parseInquiry } from '../syntax/parse-inquiry.ts';

/** An inquiry that was read, or what keeps it from being decided. */
export interface Question {
  readonly inquiry: Inquiry;
  readonly problems: Diagnostic[];
}

/** Reads what somebody asks. Never throws. */
export function readInquiry(input: unknown): Question {
  const parsed = parseInquiry(ObjectInquiry.is(input) ? input.plain : input);
  if (parsed.ok) return { inquiry: parsed.value, problems: [] };
  return { inquiry: {}, problems: [{ kind: 'error', message: issuesError('inquiry', parsed.issues).message }] };
}

/** Something that failed, of no policy. */
export function infrastructure(message: string): Diagnostic {
  return { kind: 'infrastructure', message };
}

/** The answer where nobody can know: never an allow. */
export function undecided(diagnostics: readonly Diagnostic[], revision: Decision['revision'] = 0): Decision {
  return {
    allowed: false,
    outcome: 'indeterminate',
    deciders: [],
    candidates: [],
    obligations: [],
    diagnostics,
    revision,
  };
}
