/** What the isolate reports of one test. */
export interface IsolateResult {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** The error's message and stack, where the test failed. */
  readonly error?: string;
}

type Body = (...args: never[]) => unknown;
type Hook = () => unknown;

interface Group {
  readonly name: string;
  readonly parent: Group | undefined;
  readonly skipped: boolean;
  readonly before: Hook[];
  readonly after: Hook[];
  readonly beforeAll: Hook[];
  readonly afterAll: Hook[];
  readonly entries: (Group | Test)[];
}

interface Test {
  readonly name: string;
  readonly skipped: boolean;
  readonly run: Hook;
}

/**
 * The part of vitest's interface that the library's tests use, in one file with no dependency, so
 * that the same tests run where there is no vitest: in a bare isolate and in a browser.
 */
export interface Suite {
  readonly describe: (name: string, body: Hook) => void;
  readonly it: (name: string, body?: Hook) => void;
  readonly beforeEach: (hook: Hook) => void;
  readonly afterEach: (hook: Hook) => void;
  readonly beforeAll: (hook: Hook) => void;
  readonly afterAll: (hook: Hook) => void;
  /** Opens the group of one file; everything registered until the next call belongs to it. */
  readonly file: (name: string) => void;
  /** Runs everything that was registered, in order. */
  readonly run: () => Promise<readonly IsolateResult[]>;
}

/** An empty suite. */
export function createSuite(): Suite {
  const root = group('', undefined, false);
  let open = root;

  const inside = (child: Group, body: Hook): void => {
    const outer = open;
    outer.entries.push(child);
    open = child;
    body();
    open = outer;
  };
  const describe = variants((name, body, skipped) => inside(group(name, open, skipped), () => body()));
  const it = variants((name, body, skipped) => void open.entries.push({ name, skipped, run: () => body() }));

  return {
    describe,
    it,
    beforeEach: (hook) => void open.before.push(hook),
    afterEach: (hook) => void open.after.push(hook),
    beforeAll: (hook) => void open.beforeAll.push(hook),
    afterAll: (hook) => void open.afterAll.push(hook),
    file: (name) => {
      open = group(name, root, false);
      root.entries.push(open);
    },
    run: () => runGroup(root, []),
  };
}

function group(name: string, parent: Group | undefined, skipped: boolean): Group {
  return { name, parent, skipped, before: [], after: [], beforeAll: [], afterAll: [], entries: [] };
}

/** `it` and `describe` with `.each`, `.for`, `.skip`, `.todo`, `.skipIf` and `.runIf`. */
function variants(add: (name: string, body: (...args: unknown[]) => unknown, skipped: boolean) => void) {
  const plain = (name: string, body?: Body): void => add(name, bodyOf(body), body === undefined);
  const skip = (name: string, body?: Body): void => add(name, bodyOf(body), true);
  const table =
    (spread: boolean) =>
    (rows: readonly unknown[]) =>
    (name: string, body: Body): void => {
      for (const [at, row] of rows.entries()) {
        const values = spread && Array.isArray(row) ? row : [row];
        add(titleOf(name, Array.isArray(row) ? row : [row], at), () => bodyOf(body)(...values), false);
      }
    };
  return Object.assign(plain, {
    each: table(true),
    for: table(false),
    skip,
    todo: skip,
    skipIf: (condition: unknown) => (condition ? skip : plain),
    runIf: (condition: unknown) => (condition ? plain : skip),
  });
}

function bodyOf(body: Body | undefined): (...args: unknown[]) => unknown {
  return (...args) => body?.(...(args as never[]));
}

function titleOf(name: string, values: readonly unknown[], at: number): string {
  let next = 0;
  const [first] = values;
  return name
    .replace(/%[sdifjoO#]/g, (mark) => (mark === '%#' ? String(at) : text(values[next++])))
    .replace(/\$([\w.]+)/g, (mark, path: string) => text(member(first, path.split('.')) ?? mark));
}

function member(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  // a bigint has no JSON
  return (
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : (part as unknown))) ?? String(value)
  );
}

async function runGroup(at: Group, above: readonly Group[]): Promise<readonly IsolateResult[]> {
  const path = [...above, at];
  const results: IsolateResult[] = [];
  try {
    for (const hook of at.beforeAll) await hook();
    for (const entry of at.entries) {
      results.push(...('entries' in entry ? await runGroup(entry, path) : [await runTest(entry, path)]));
    }
    for (const hook of at.afterAll) await hook();
  } catch (error) {
    results.push({ name: nameOf(path, 'hooks'), state: 'failed', error: messageOf(error) });
  }
  return results;
}

async function runTest(test: Test, path: readonly Group[]): Promise<IsolateResult> {
  const name = nameOf(path, test.name);
  if (test.skipped || path.some(({ skipped }) => skipped)) return { name, state: 'skipped' };
  try {
    for (const hook of path.flatMap(({ before }) => before)) await hook();
    await test.run();
    for (const hook of path.toReversed().flatMap(({ after }) => after)) await hook();
    return { name, state: 'passed' };
  } catch (error) {
    return { name, state: 'failed', error: messageOf(error) };
  }
}

function nameOf(path: readonly Group[], name: string): string {
  return [...path.map((at) => at.name), name].filter((part) => part !== '').join(' > ');
}

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  return String(stack ?? message);
}
