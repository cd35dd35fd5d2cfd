import { fileURLToPath } from 'node:url'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// Tests run the TypeScript sources of every lib; the 'import' condition must not be added by hand, it breaks CommonJS packages.
const resolve = { conditions: ['@penstock/source', ...defaultServerConditions] }
const ssr = { resolve: { conditions: ['@penstock/source', ...defaultServerConditions] } }
const sources = ['libs/*/src/**', 'apps/*/src/**', 'migrations/src/**', 'tools/**', 'bench/harness/**']

// One real PostgreSQL for the whole run, unless TEST_POSTGRES_URL names one.
const services = fileURLToPath(new URL('libs/testing/src/provide-postgres.ts', import.meta.url))

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
          // Property tests take a second or two; a loaded machine may need ten times that.
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'integration',
          include: sources.map((folder) => `${folder}/*.it.test.ts`),
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: [services],
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
          globalSetup: [services],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
