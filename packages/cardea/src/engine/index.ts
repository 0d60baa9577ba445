/**
 * The engine for large sets of policies, and what it is made of, for whoever builds an enforcer of their own: texts as
 * ids, keys as lists of policies, all in typed arrays that can be shared with other threads and written to snapshots;
 * and patterns in linear time.
 *
 * @packageDocumentation
 */
export { compilePattern, type PatternMatcher } from '../ast/pattern/compile.ts';
export { Arena, offsetOf } from './arena.ts';
export { BinaryReader, BinaryWriter } from './binary.ts';
export { Dictionary, type DictionaryOptions } from './dictionary.ts';
export { indexed } from './indexed.ts';
export { IntColumn } from './int-column.ts';
export { KeyShapes } from './key-shapes.ts';
export { KeyTable, type KeyTableOptions } from './key-table.ts';
export { keysOf, linkKeysOf, type PolicyKeys, RESIDUAL_KEY } from './keys.ts';
export { KEYS_VERSION } from './keys-version.ts';
export { type Allocate, onHeap } from './memory.ts';
export type { IndexOptions, IndexState } from './index-tables.ts';
export { type IndexStats, PolicyIndex, type SharedIndex } from './policy-index.ts';
