// Loaded before a program by NODE_OPTIONS=--import: its wall clock is off by FAULT_CLOCK_SKEW_MS, as on a machine without time service.
// The monotonic clock is as it was, as there too.
const skewMs = Number(process.env.FAULT_CLOCK_SKEW_MS)
const TrueDate = Date

globalThis.Date = class extends TrueDate {
  constructor(...when) {
    if (when.length === 0) super(TrueDate.now() + skewMs)
    else super(...when)
  }

  static now() {
    return TrueDate.now() + skewMs
  }
}
