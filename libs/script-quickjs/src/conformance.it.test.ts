import { scriptRunnerConformance } from '@penstock/script/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import { openScriptRunner } from './open-script-runner.js'

scriptRunnerConformance({ describe, it, expect, afterAll }, 'quickjs', (prelude, extraModules) =>
  openScriptRunner({ prelude, extraModules }),
)
