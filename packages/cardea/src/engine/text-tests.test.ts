import { describe, expect, it } from 'vitest';
import { functionTable } from '../syntax/functions/table.ts';
import { Dictionary } from './dictionary.ts';
import { CIDR, CONTAINS, ENDS_WITH, MATCHES, STARTS_WITH } from './instruction.ts';
import { Operands } from './operands.ts';
import { Reading } from './reading.ts';
import { TextTests } from './text-tests.ts';
import { TRUTHS } from './truth-code.ts';
import { Vocabulary } from './vocabulary.ts';

function made() {
  const texts = new Dictionary();
  const tests = new TextTests(texts);
  const reading = new Reading(new Operands(functionTable([])), new Vocabulary(texts));
  const holds = (opcode: number, id: number, text: string) => TRUTHS[tests.holds(opcode, id, text, reading)];
  return { texts, tests, holds };
}

const OPCODES = [STARTS_WITH, ENDS_WITH, CONTAINS, MATCHES, CIDR];

describe('TextTests', () => {
  it('tells the tests of one text apart', () => {
    const { texts, holds } = made();
    const id = texts.intern('ab');
    expect(OPCODES.map((opcode) => holds(opcode, id, 'abx'))).toEqual(['true', 'false', 'true', 'true', 'error']);
    expect(OPCODES.map((opcode) => holds(opcode, id, 'xab'))).toEqual(['false', 'true', 'true', 'true', 'error']);
    expect(OPCODES.map((opcode) => holds(opcode, id, 'xabx'))).toEqual(['false', 'false', 'true', 'true', 'error']);
  });

  it('tells networks from what is none', () => {
    const { texts, holds } = made();
    const [network, word] = [texts.intern('10.0.0.0/8'), texts.intern('ten')];
    expect(['10.1.2.3', '11.1.2.3', 'here'].map((text) => holds(CIDR, network, text))).toEqual([
      'true',
      'false',
      'false',
    ]);
    expect(holds(CIDR, word, '10.1.2.3')).toBe('error');
  });

  it('is right however many texts are asked about in turn', () => {
    const { texts, holds } = made();
    const ids = Array.from({ length: 10_000 }, (_, at) => texts.intern(`${at};`));
    const answers = (): readonly string[] =>
      ids.flatMap((id, at) =>
        [STARTS_WITH, ENDS_WITH].flatMap((opcode) =>
          [`${at};x`, `x${at};`].map((text) => holds(opcode, id, text) ?? 'none'),
        ),
      );
    const expected = ids.flatMap(() => ['true', 'false', 'false', 'true']);
    expect(answers()).toEqual(expected);
    expect(answers()).toEqual(expected);
  });

  it.each(OPCODES)('forgets a text whose id becomes another one (opcode %i)', (opcode) => {
    const { texts, tests, holds } = made();
    const first = texts.intern('10.0.0.0/8');
    holds(opcode, first, '10.0.0.0/8');
    holds(opcode, first, '11.1.2.3');
    texts.release(first);
    tests.forget(first);
    const second = texts.intern('11.0.0.0/8');
    expect(second).toBe(first);
    const text = opcode === CIDR ? '11.1.2.3' : '11.0.0.0/8';
    expect(holds(opcode, second, text)).toBe('true');
  });

  it('keeps the tests of texts that are not forgotten', () => {
    const { texts, tests, holds } = made();
    const ids = Array.from({ length: 5_000 }, (_, at) => texts.intern(`(${'a?'.repeat(at % 3)}${at})`));
    const reads: number[] = [];
    const read = texts.text.bind(texts);
    texts.text = (id) => {
      reads.push(id);
      return read(id);
    };
    const id = ids[0] as number;
    holds(MATCHES, id, '0');
    for (const other of ids.slice(1)) tests.forget(other);
    holds(MATCHES, id, '1');
    expect(reads).toEqual([id]);
  });
});
