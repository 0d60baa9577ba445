import { LruMap } from '../ast/lru.ts';
import type { Json } from '../ast/json.ts';
import { encodeRuns } from './pattern-runs.ts';

// Many policies have the same few patterns.
const recent = new LruMap<string, { readonly encoded: string | undefined }>(256);

/** As `encodeRuns`, quickly for what was asked for lately. */
export function encodedRuns(constant: Json | undefined): string | undefined {
  if (typeof constant !== 'string') return undefined;
  const known = recent.get(constant);
  if (known !== undefined) return known.encoded;
  const encoded = encodeRuns(constant);
  recent.set(constant, { encoded });
  return encoded;
}
