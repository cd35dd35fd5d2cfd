// The load generator, in a process of its own: what the harness does meanwhile costs it nothing. Started by `generate.ts` with an IPC channel;
// takes one job after the other, says when what counts begins and when it is over, and gives what it saw in between.
import { closedModel } from './closed-model.mjs'
import { openModel } from './open-model.mjs'

const MODELS = { closed: closedModel, open: openModel }

process.on('message', (job) => {
  const say = (kind) => () => process.send({ kind })
  MODELS[job.model](job, { begin: say('begin'), over: say('over') })
    .then((seen) => process.send({ kind: 'seen', seen }))
    .catch((error) => process.send({ kind: 'failed', reason: String(error) }, () => process.exit(1)))
})
