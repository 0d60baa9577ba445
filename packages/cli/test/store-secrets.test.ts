import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeService } from '../../../test/services.ts';
import { cardea, folderWith } from './fake-terminal.ts';

const POLICY = '- {uid: a, effect: allow, subjects: [s], actions: [a], resources: [r]}\n';

/** What no output may contain: any two of its characters in a row that only passwords have. */
const MARK = 'ŋŋ';
const passwordArb = fc
  .string({ minLength: 1, maxLength: 100, unit: fc.constantFrom(...`ŋab%:/@?#&=+ '"\`\\$\n`.split('')) })
  .map((text) => `${MARK}${text}${MARK}`);

/** Command lines with a URL in every place where somebody may write one, rightly or by mistake. */
const LINES: readonly ((url: string) => readonly string[])[] = [
  (url) => ['store', 'init', '--store', url],
  (url) => ['store', 'init', `--store=${url}`, '--json'],
  (url) => ['store', 'init', '-s', url, '--help'],
  (url) => ['store', 'init', url],
  (url) => ['store', 'init', `--stor=${url}`],
  (url) => ['store', url],
  (url) => [url],
  (url) => ['store', 'status', '-s', url, '--json'],
  (url) => ['store', 'export', '-s', url],
  (url) => ['store', 'import', 'p.yaml', '-s', url],
  (url) => ['store', 'import', url, '-s', 'p.db'],
  (url) => ['store', 'import-vakt', url, '--checker', 'regex', '-s', 'p.db'],
  (url) => ['store', 'import-vakt', url, '--checker', url],
  (url) => ['store', 'migrate', 'up', url, '-s', 'p.db'],
  (url) => ['store', 'migrate', 'down', '0', '-s', url],
  (url) => ['check', '-p', url, '-i', '{}'],
  (url) => ['check', '-s', url, '-i', '{}', ''],
  (url) => ['lint', '-s', url, url],
];

/** Asks with a URL of the command line, and of the environment. */
async function outputs(line: (url: string) => readonly string[], url: string): Promise<string> {
  const cwd = await folderWith({ 'p.yaml': POLICY });
  const given = await cardea(line(url), { cwd });
  const known = await cardea(['store', 'status', '--json'], { cwd, env: { CARDEA_STORE: url } });
  return [given.stdout, given.stderr, known.stdout, known.stderr].join('');
}

function expectHidden(text: string): void {
  expect(text).not.toMatch(/ŋ|%C5%8B/i);
  expect(text).not.toMatch(/^\s+at /m);
}

it('secrets-are-never-shown: of URLs that are malformed, of no server, or of a place where none belongs', async () => {
  const urlArb = fc.tuple(
    fc.constantFrom('postgres', 'postgresql', 'mysql', 'mariadb', 'mongodb', 'redis', 'rediss', 'oracle', 'postgrs'),
    passwordArb,
    fc.boolean(),
    fc.constantFrom('@127.0.0.1:1/d', '@127.0.0.1:1', '', '@', '@127.0.0.1:1/d?x=1'),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...LINES), urlArb, async (line, [scheme, password, isEncoded, rest]) => {
      // With an `@` and nothing behind it, it would be a whole URL: that of a shorter password.
      const plain = rest === '' ? password.replaceAll('@', '') : password;
      const url = `${scheme}://ann:${isEncoded ? encodeURIComponent(password) : plain}${rest}`;
      expectHidden(await outputs(line, url));
    }),
    { numRuns: 150 },
  );
});

for (const name of ['postgres', 'mariadb', 'redis'] as const)
  describeService(name, `secrets that ${name} refuses`, (server) => {
    it('secrets-are-never-shown', async () => {
      await fc.assert(
        fc.asyncProperty(passwordArb, fc.constantFrom(...LINES), async (password, line) => {
          const url = new URL(server);
          url.password = encodeURIComponent(password);
          expectHidden(await outputs(line, url.href));
        }),
        { numRuns: 15 },
      );
    });
  });
