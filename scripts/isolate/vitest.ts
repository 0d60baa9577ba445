// Stands in for `vitest` in the bundle that runs without Node: vitest's own matchers and spies on
// the suite of `suite.ts`.
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  type ExpectStatic,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';
import { fn, restoreAllMocks, spyOn } from '@vitest/spy';
import { createSuite, type Suite } from './suite.ts';

export const suite: Suite = createSuite();
export const { describe, it, beforeEach, afterEach, beforeAll, afterAll } = suite;
export const { it: test } = suite;
export const vi = { fn, spyOn, restoreAllMocks };
export const expectTypeOf = (): unknown => inertTypes;
export const assertType = (): void => {};

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect: ExpectStatic = Object.assign(
  ((value: unknown, message?: string) => chai.expect(value, message)) as unknown as ExpectStatic,
  chai.expect,
  Reflect.get(globalThis, ASYMMETRIC_MATCHERS_OBJECT),
);
Reflect.set(globalThis, GLOBAL_EXPECT, expect);
setState({ assertionCalls: 0 }, expect);

/** Types are checked by the compiler; at run time every claim about a type is a call that does nothing. */
const inertTypes: unknown = new Proxy(() => inertTypes, { get: () => inertTypes });
