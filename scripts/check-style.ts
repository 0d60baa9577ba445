// The rules of size and naming that no linter knows.
import { join } from 'node:path';
import { importsOf, isTest, readSources } from './import-graph.ts';

const LONGEST_FILE = 500;
const LONGEST_MEDIAN = 120;
const EMPTY_NAMES: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'common', 'types', 'misc'];

const root = join(import.meta.dirname, '..');
const problems: string[] = [];
const lengths: number[] = [];
for (const folder of ['packages', 'scripts', 'examples', 'test']) {
  for (const [path, text] of readSources(join(root, folder))) {
    const file = `${folder}/${path}`;
    const lines = text.split('\n').length - 1;
    if (!isTest(file)) lengths.push(lines);
    problems.push(...problemsOf(file, text, lines).map((problem) => `${file}: ${problem}`));
  }
}
const median = lengths.sort((left, right) => left - right)[lengths.length >> 1] ?? 0;
if (median > LONGEST_MEDIAN) problems.push(`the median file has ${median} lines, more than ${LONGEST_MEDIAN}`);
if (problems.length > 0) console.error(problems.join('\n'));
console.log(`style: ${lengths.length} files, median ${median} lines, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

function problemsOf(file: string, text: string, lines: number): readonly string[] {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/(?:\.test|\.test-d|\.d)?\.ts$/, '');
  return [
    lines > LONGEST_FILE ? `${lines} lines, more than ${LONGEST_FILE}: it holds more than one idea` : '',
    EMPTY_NAMES.includes(name) ? 'a name that says nothing: name the thing' : '',
    /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.config)?$/.test(name) ? '' : 'not in kebab-case',
    importsOf(text).some(({ specifier }) => /^\..*\.js$/.test(specifier))
      ? 'imports a `.js` file: import the source'
      : '',
    /\b(?:TODO|FIXME|XXX)\b/.test(text) && !file.endsWith('check-style.ts') ? 'something left to do' : '',
    /\b(?:describe|it|test)\.only\(/.test(text) ? 'a test that hides the others' : '',
  ].filter((problem) => problem !== '');
}
