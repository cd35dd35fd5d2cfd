/** The one handle that the two processes share, beside standard error. */
export const WIRE_FD = 3
/** Over this a frame is a fault of the other side. Larger than any budget that a job may have. */
export const FRAME_BYTES_MAX = 64 * 1024 * 1024
