import type { Condition } from '../src/ast/condition.ts';
import { canonicalJson, type Json } from '../src/ast/json.ts';
import { evaluateCondition } from '../src/decide/reference.ts';
import { ConditionDecoder } from '../src/engine/condition-decoder.ts';
import { ConditionEncoder } from '../src/engine/condition-encoder.ts';
import { ConditionMachine } from '../src/engine/condition-machine.ts';
import { ConditionTables } from '../src/engine/condition-tables.ts';
import { Dictionary } from '../src/engine/dictionary.ts';
import { Operands } from '../src/engine/operands.ts';
import { Compiler } from '../src/engine/program.ts';
import { Reading } from '../src/engine/reading.ts';
import { TRUTHS } from '../src/engine/truth-code.ts';
import { Vocabulary } from '../src/engine/vocabulary.ts';
import { WordBuffer } from '../src/engine/word-buffer.ts';
import type { Inquiry } from '../src/model/inquiry.ts';
import { functionTable } from '../src/syntax/functions/table.ts';
import { touchy } from './arbitrary.ts';

/** What the engine decides conditions with, alone. */
export class ConditionBench {
  readonly functions = functionTable([touchy]);
  readonly texts = new Dictionary();
  readonly operands = new Operands(this.functions);
  readonly vocabulary = new Vocabulary(this.texts);
  readonly tables = new ConditionTables(this.operands, this.vocabulary, this.texts, this.functions);
  readonly encoder = new ConditionEncoder(this.tables);
  readonly machine = new ConditionMachine(this.tables);
  readonly compiler = new Compiler(this.operands, this.functions);
  readonly reading = new Reading(this.operands, this.vocabulary);

  /** How many texts, predicates and operands are in use. */
  get used(): readonly number[] {
    return [this.texts.size, this.tables.shared.size, this.operands.size];
  }

  /** The words of conditions, one after the other. */
  encode(...conditions: readonly Condition[]): Int32Array {
    const buffer = new WordBuffer();
    for (const condition of conditions) this.encoder.encode(condition, buffer);
    return buffer.words.slice(0, buffer.length);
  }

  /**
   * Where a condition that was encoded, or compiled, is not what the reference says of some inquiries, is not decoded
   * as it was, or leaves something behind: nothing where all is well.
   */
  differences(condition: Condition, inquiries: readonly Inquiry[]): readonly string[] {
    const found: string[] = [];
    const before = String(this.used);
    const words = this.encode(condition);
    const compiled = this.compiler.compile(condition);
    for (const inquiry of inquiries) {
      const expected = evaluateCondition(condition, { inquiry, functions: this.functions });
      const answers = {
        compiled: compiled.predicate(this.reading.begin(inquiry)),
        run: this.machine.run(words, 0, this.reading.begin(inquiry)),
        again: this.machine.run(words, 0, this.reading),
        all: this.machine.all(words, 0, words.length, this.reading.begin(inquiry)),
      };
      for (const [way, code] of Object.entries(answers))
        if (TRUTHS[code] !== expected) found.push(`${way}: ${TRUTHS[code]}, not ${expected}: ${nameOf(condition)}`);
    }
    this.reading.end();
    const decoded = nameOf(new ConditionDecoder(this.tables).decode(words, 0));
    if (decoded !== nameOf(condition)) found.push(`decoded: ${decoded}, not ${nameOf(condition)}`);
    this.compiler.drop(compiled);
    this.encoder.release(words, 0, words.length);
    if (String(this.used) !== before) found.push(`left behind: ${String(this.used)} by ${nameOf(condition)}`);
    return found;
  }
}

function nameOf(condition: Condition): string {
  return canonicalJson(condition as unknown as Json);
}
