import type { FunctionTable } from '../ast/functions.ts';
import { CodeLists } from './code-lists.ts';
import type { Dictionary } from './dictionary.ts';
import type { Operands } from './operands.ts';
import { Compiler } from './program.ts';
import { SharedPredicates } from './shared-predicates.ts';
import { TextTests } from './text-tests.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What the words of conditions refer to by number. */
export class ConditionTables {
  readonly operands: Operands;
  readonly texts: Dictionary;
  readonly vocabulary: Vocabulary;
  readonly shared: SharedPredicates;
  readonly tests: TextTests;
  readonly lists: CodeLists;

  /** @param texts those that the vocabulary is made of */
  constructor(operands: Operands, vocabulary: Vocabulary, texts: Dictionary, functions: FunctionTable) {
    this.operands = operands;
    this.texts = texts;
    this.vocabulary = vocabulary;
    this.shared = new SharedPredicates(new Compiler(operands, functions));
    this.tests = new TextTests(texts);
    this.lists = new CodeLists(texts, vocabulary);
  }
}
