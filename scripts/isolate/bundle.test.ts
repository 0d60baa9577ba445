import { expect, it } from 'vitest';
import { selectTests } from './bundle.ts';

it.each([
  "import { readFileSync } from 'node:fs';",
  "import { createPool } from 'mysql2/promise';",
  "import { describeService } from '../../../../test/services.ts';",
])('a test that reaches `%s` needs Node', (line) => {
  const tree = new Map([
    ['src/a.test.ts', "import './b.ts';"],
    ['src/b.ts', line],
    ['src/c.test.ts', "import { runs } from '../../../test/runs.ts';"],
  ]);
  expect(selectTests(tree)).toEqual({ portable: ['src/c.test.ts'], needNode: ['src/a.test.ts'] });
});
