import { type Attack, attacks, body, harmless } from './attack.js'

/** Programs that reach for what is not theirs: the host, the wire, other calls. */
export const REACH_ATTACKS: readonly Attack[] = [
  ...harmless('escape', 'refused', {
    'G1 code from text by a constructor': body(
      'try { return (() => 1).constructor("return 1")() } catch { return "refused" }',
    ),
    'G2 code from text by an async constructor': body(
      'try { return await (async () => 1).constructor("return 1")() } catch { return "refused" }',
    ),
    'G3 code from text by a generator’s constructor': body(
      'try { return (function* () {}).constructor("yield 1")().next().value } catch { return "refused" }',
    ),
    'G4 code from text by Reflect': body(
      'try { return Reflect.construct(Object.getPrototypeOf(() => 1).constructor, ["return 1"])() } catch { return "refused" }',
    ),
    'G5 code from text by eval': body('try { return eval("1") } catch { return "refused" }'),
    'G6 code from text by Function': body('try { return Function("return 1")() } catch { return "refused" }'),
    'G7 modules of the host': body(
      'for (const name of ["std", "os", "fs", "node:fs", "../main.js", "file:///etc/passwd", "penstock:engine", "penstock:program/0"]) try { await import(name); return name } catch {}\nreturn "refused"',
    ),
    'G8 what a call stack holds': body(
      'Error.prepareStackTrace = (_error, sites) => sites\nconst stack = new Error("x").stack\nif (typeof stack === "string") return "refused"\nfor (const site of stack) for (const reach of ["getThis", "getFunction", "getEvalOrigin"]) if (typeof site[reach] === "function" && site[reach]() !== undefined) return reach\nreturn "refused"',
    ),
    'G9 the caller of the program': body(
      'function reach() { return reach.caller ?? arguments.callee.caller }\ntry { return reach() === null ? "refused" : "reached" } catch { return "refused" }',
    ),
    'G10 a species that makes other things': body(
      'class Odd extends Array { static get [Symbol.species]() { return function () { return globalThis } } }\ntry { new Odd(1).map(() => 1) } catch {}\nreturn typeof process === "undefined" ? "refused" : "reached"',
    ),
    'G11 names of other engines': body(
      'const names = ["process", "require", "Buffer", "global", "module", "fetch", "WebAssembly", "std", "os", "scriptArgs", "print", "setTimeout", "Deno", "Bun", "penstock"]\nconst found = names.filter((name) => name in globalThis)\nreturn found.length === 0 ? "refused" : found',
    ),
    'G12 the host by an error of it': body(
      'try { await HOST_CALL } catch (error) { const reach = error.constructor.constructor; try { return reach("return process")() } catch { return "refused" } }\nreturn "refused"',
    ),
    'G13 a vm2 escape by a rejected proxy': body(
      'const error = new Error(); error.name = Symbol(); const f = async () => error.stack\nreturn await f().catch((thrown) => { try { return thrown.constructor.constructor("return process")() } catch { return "refused" } }) && "refused"',
    ),
    'G14 a vm2 escape by species of promises': body(
      'class P extends Promise { static get [Symbol.species]() { return function (run) { run(() => {}, (error) => { globalThis.got = error }) } } }\ntry { await P.reject(new Error("x")).then() } catch {}\nreturn globalThis.process === undefined ? "refused" : "reached"',
    ),
  }),
  // It may harm itself.
  ...attacks('escape', ['done', 'threw'], {
    'G15 patched built-ins under the engine’s own code': body(
      'JSON.parse = JSON.stringify = () => { throw 1 }\nMap.prototype.get = Map.prototype.set = () => ({ resolve: (v) => { globalThis.stolen = v } })\nPromise.prototype.then = function () { throw 2 }\nObject.prototype.toJSON = () => "lie"\ndelete Object.prototype.toJSON\nreturn "refused"',
    ),
  }),
  ...harmless('boundary', 'plain', {
    'G16 a result with a prototype': body(
      'return JSON.parse(\'{"a":{"__proto__":{"polluted":true}}}\').a.polluted === undefined ? "plain" : "polluted"',
    ),
    'H7 odd characters in a source': '\ufeff// <!-- a comment\n\u2028result = "plain"',
    'H8 a log line that looks like two': body(
      'LOG("one\\r\\n{\\"level\\":\\"error\\"}\\u001b[2J\\u2028two")\nreturn "plain"',
    ),
  }),
  ...attacks('boundary', ['threw'], {
    'G17 a result that holds itself': body('const a = {}\na.a = a\nreturn a'),
    'G18 a result that is no JSON': body('return 10n'),
    'G19 a getter that throws while the result is written': body('return { get a() { throw new Error("late") } }'),
    'H9 a status that is none': body('throw new ApiError(99, "x")'),
    'H10 a code that breaks lines': body('throw new ApiError(400, "x", "A\\r\\nSet-Cookie: a=b")'),
  }),
  ...attacks('boundary', ['result', 'memory', 'timeout'], {
    'H11 a result of many megabytes': body('return "x".repeat(2e7)'),
    'H12 a result that a toJSON makes long': body(
      'return { toJSON: () => new Array(2e5).fill("a long text that is repeated often enough to be too long by far") }',
    ),
  }),
  ...attacks('boundary', ['host calls', 'host bytes', 'threw', 'timeout', 'memory'], {
    'F9 a thousand host calls at once': body(
      'await Promise.all(Array.from({ length: 1000 }, () => HOST_CALL))\nthrow new Error("all answered")',
    ),
    'F10 host calls without end': body('for (;;) await HOST_CALL'),
    'F11 host calls that nobody waits for': body('for (;;) HOST_CALL.catch(() => {})'),
  }),
  ...attacks('boundary', ['done', 'timeout'], {
    'H6 a flood of log lines': body('for (let n = 0; n < 200_000; n += 1) LOG("a line of a flood ".repeat(20))'),
  }),
  ...harmless('leak', 'clean', {
    'H1 a global left behind': body(
      'const was = globalThis.left ?? "clean"\nglobalThis.left = "seen by another"\nreturn was',
    ),
    'H2 a built-in patched for the next': body(
      'const was = Array.prototype.map.name === "map" ? "clean" : "patched"\nArray.prototype.map = function evil() { return ["stolen"] }\nreturn was',
    ),
    'H3 a prototype polluted for the next': body(
      'const was = ({}).polluted ?? "clean"\nObject.prototype.polluted = "polluted"\nreturn was',
    ),
    'H4 memory of the one before': body(
      'const seen = new Uint8Array(200_000)\nconst was = seen.indexOf(0x41) === -1 ? "clean" : "dirty"\nseen.fill(0x41)\nreturn was',
    ),
    'H5 a timer that fires in the next': body(
      'Promise.resolve().then(() => { globalThis.late = 1 })\nreturn globalThis.late === undefined ? "clean" : "late"',
    ),
    'H13 a module’s state kept': 'let count = 0\ncount += 1\nexport default () => (count === 1 ? "clean" : "kept")',
    'H14 the context changed for the next': body(
      'const was = globalThis.ctxMark ?? "clean"\nfor (const key of Object.getOwnPropertyNames(globalThis)) if (typeof globalThis[key] === "function") try { globalThis[key].mark = 1 } catch {}\nglobalThis.ctxMark = "kept"\nreturn was',
    ),
  }),
]
