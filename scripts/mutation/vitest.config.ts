import { defineConfig } from 'vitest/config';

// Only the tests of what is mutated: each mutant runs all that reach it.
export default defineConfig({
  test: {
    include: (process.env['CARDEA_MUTATION_TESTS'] ?? '').split(' '),
    setupFiles: ['./scripts/mutation/setup.ts'],
    testTimeout: 60_000,
    restoreMocks: true,
  },
});
