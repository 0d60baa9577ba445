import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Not `module`: the builds for bundlers that it stands for need not be modules that Node can load.
const source = { conditions: ['cardea-source', 'node', 'default'] };
const shared = {
  resolve: source,
  ssr: { resolve: { conditions: source.conditions, externalConditions: source.conditions } },
};

export default defineConfig({
  test: {
    // whoever runs all tests waits for them: no processor is kept free
    maxWorkers: availableParallelism(),
    projects: [
      project('cardea', ['packages/cardea/**/*.test.ts']),
      project('cli', ['packages/cli/**/*.test.ts']),
      project('server', ['packages/server/**/*.test.ts']),
      project('client', ['packages/client/**/*.test.ts']),
      project('casbin', ['packages/casbin/**/*.test.ts']),
      project('scripts', ['scripts/**/*.test.ts'], ['scripts/pack.test.ts']),
      project('examples', ['examples/**/*.test.ts']),
      project('packed', ['scripts/pack.test.ts']),
    ],
  },
});

function project(name: string, include: string[], exclude: string[] = []) {
  return {
    ...shared,
    test: {
      name,
      include,
      exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
      setupFiles: ['./test/setup.ts'],
      testTimeout: 180_000,
      restoreMocks: true,
    },
  };
}
