const COLOURS = { admin: 36, gateway: 32, worker: 35, demo: 34, build: 33 }
const WIDTH = Math.max(...Object.keys(COLOURS).map((name) => name.length))

// The apps colour their lines for people; a file or a pipe gets plain text.
const ESCAPES = /\u001b\[[0-9;]*m/g

/** Prints lines of several processes so that each says whose it is; coloured when `colour`. */
export function linePrinter(write, { colour }) {
  return (name, line) => {
    const label = `${name.padEnd(WIDTH)} │`
    const text = colour ? line : line.replace(ESCAPES, '')
    write(`${colour ? `\u001b[${COLOURS[name] ?? 37}m${label}\u001b[0m` : label} ${text}\n`)
  }
}

/** Calls `take` with each whole line of a stream and with what is left when it ends. A line is cut at 64 KB. */
export function eachLine(stream, take) {
  const LINE_CHARS_MAX = 65_536
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop().slice(0, LINE_CHARS_MAX)
    for (const line of lines) take(line.replace(/\r$/, ''))
  })
  stream.on('end', () => {
    if (rest !== '') take(rest)
  })
}
