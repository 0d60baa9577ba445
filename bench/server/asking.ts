import type { Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import { CERBOS_PATH, cerbosAllows, cerbosBody } from './cerbos.ts';
import { BATCH, BATCHED, NAMES, SINGLE } from './names.ts';

/** How a server is asked. */
export interface Asking {
  readonly variant: string;
  readonly path: string;
  readonly bodies: readonly string[];
  /** Questions of a body. */
  readonly items: number;
  /** Whether an answer says yes; undefined of servers that decide nothing, and where there is more than one question. */
  readonly isAllowed: ((answer: unknown) => boolean) | undefined;
  readonly note: string;
}

const ABOUT: Readonly<Record<string, string>> = {
  [NAMES.floor]: 'reads the body, answers a constant',
  [NAMES.bare]: 'parses the body, writes it again',
};

export function singles(name: string, questions: readonly Inquiry[]): Asking {
  const one = { variant: SINGLE, items: 1, note: ABOUT[name] ?? '' };
  if (name === NAMES.cerbos)
    return { ...one, path: CERBOS_PATH, bodies: questions.map(cerbosBody), isAllowed: cerbosAllows };
  const bodies = questions.map((inquiry) => JSON.stringify(inquiry));
  const isAllowed = name === NAMES.own ? isDecision : undefined;
  return { ...one, path: '/access/v1/evaluation', bodies, isAllowed };
}

export function batches(questions: readonly Inquiry[]): Asking {
  const bodies = Array.from({ length: questions.length / BATCH }, (_, at) =>
    JSON.stringify({ evaluations: questions.slice(at * BATCH, (at + 1) * BATCH) }),
  );
  const note = 'processor time of one of them';
  return { variant: BATCHED, path: '/access/v1/evaluations', bodies, items: BATCH, isAllowed: undefined, note };
}

function isDecision(answer: unknown): boolean {
  return (answer as { readonly decision: boolean }).decision;
}
