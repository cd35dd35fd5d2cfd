// Loaded into every process of the system (`node --import`), heeded by the gateway alone: writes where its processor time went when it ends.
// Takes BENCH_PROFILE_FOLDER.
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'

const SAMPLE_US = 500

if (process.argv[1]?.endsWith('gateway/dist/main.js')) {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
  // Starting up is another matter: the harness says when the load begins.
  process.on('SIGUSR2', () => session.post('Profiler.start'))
  // In the same thread the answer comes before `post` returns.
  process.on('exit', () =>
    session.post('Profiler.stop', (error, answer) => {
      if (error === null)
        writeFileSync(
          `${process.env.BENCH_PROFILE_FOLDER}/gateway-${process.pid}.cpuprofile`,
          JSON.stringify(answer.profile),
        )
    }),
  )
}
