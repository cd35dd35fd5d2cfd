import { fileURLToPath } from 'node:url'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const conditions = ['@penstock/source', ...defaultServerConditions]

/** Benchmarks are programs that start the product as it is shipped; the runner gives them the same services as the tests. */
export default defineConfig({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['bench/**/*.bench.ts'],
    globalSetup: [fileURLToPath(new URL('../libs/testing/src/provide-postgres.ts', import.meta.url))],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
})
