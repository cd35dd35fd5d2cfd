import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// Tests run the TypeScript sources of every lib; the 'import' condition must not be added by hand, it breaks CommonJS packages.
const resolve = { conditions: ['@penstock/source', ...defaultServerConditions] }
const ssr = { resolve: { conditions: ['@penstock/source', ...defaultServerConditions] } }
const sources = ['libs/*/src/**', 'apps/*/src/**', 'migrations/src/**', 'tools/**']

/** The three rings: pure, against real services, and black box over HTTP. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: sources.map((folder) => `${folder}/*.test.ts`),
          exclude: ['**/*.it.test.ts', '**/node_modules/**', '**/dist/**'],
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'integration',
          include: sources.map((folder) => `${folder}/*.it.test.ts`),
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
