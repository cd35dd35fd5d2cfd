import { fileURLToPath } from 'node:url'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const conditions = ['@penstock/source', ...defaultServerConditions]
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Benchmarks are programs that start the product as it is shipped; the runner gives them the same services as the tests. */
export default defineConfig({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['bench/works/*.bench.ts'],
    globalSetup: ['../libs/testing/src/provide-postgres.ts', 'harness/accounts.ts', 'harness/page.ts'].map(here),
    testTimeout: 900_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
})
