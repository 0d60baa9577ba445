import { createContext, Script } from 'node:vm';
import { ENTRY } from './bundle.ts';
import type { IsolateResult } from './suite.ts';

// The names beyond ES2023 that `packages/cardea/runtime.d.ts` lets the library use, and those that
// the test tools need; no `process`, no `require`, no `Buffer`, no `module`.
const GLOBALS: readonly string[] = [
  'AbortController',
  'AbortSignal',
  'DOMException',
  'Event',
  'EventTarget',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'atob',
  'btoa',
  'clearTimeout',
  'console',
  'crypto',
  'performance',
  'queueMicrotask',
  'setTimeout',
  'structuredClone',
];

/** Runs the bundle in a fresh context that has the language and the globals that every runtime has. */
export async function runInBareContext(bundle: string): Promise<readonly IsolateResult[]> {
  const globals = Object.fromEntries(GLOBALS.map((name) => [name, Reflect.get(globalThis, name)]));
  const context = createContext(globals);
  new Script(bundle, { filename: 'cardea-tests.js' }).runInContext(context);
  const run: unknown = Reflect.get(context, ENTRY);
  if (typeof run !== 'function') throw new Error(`the bundle left no \`${ENTRY}\` behind`);
  return (await Reflect.apply(run, undefined, [])) as readonly IsolateResult[];
}
