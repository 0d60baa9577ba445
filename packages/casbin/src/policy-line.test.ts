import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Helper as UpstreamHelper } from '../upstream.cjs';
import { modelOf } from '../test/models.ts';
import type { Model } from './index.ts';
import { loadPolicyLine } from './policy-line.ts';

const piece = fc.constantFrom(
  'p',
  'g',
  'p2',
  ',',
  ', ',
  ' ',
  '\t',
  'alice',
  '"',
  '""',
  '(',
  ')',
  '#',
  '\u00a0',
  '\ufeff',
  'é',
  '\ud800',
  '\r',
  '1',
);
const line = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

function loaded(load: (text: string, model: Model) => void, text: string): unknown {
  const model = modelOf({});
  try {
    load(text, model);
  } catch (error) {
    return String(error);
  }
  return [model.model.get('p')?.get('p')?.policy, model.model.get('g')?.get('g')?.policy];
}

it('a line loads as casbin loads it', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        line,
        line.map((text) => `p, ${text}`),
      ),
      (text) => {
        expect(loaded(loadPolicyLine, text)).toEqual(
          loaded((each, model) => UpstreamHelper.loadPolicyLine(each, model), text),
        );
      },
    ),
    { numRuns: 5000 },
  );
});
