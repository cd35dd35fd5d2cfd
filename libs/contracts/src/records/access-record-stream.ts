/** How batches of access records travel over Redis from gateways to workers, where there is a Redis. */
export const ACCESS_RECORD_STREAM = {
  /** Stream: each entry is one AccessRecordBatch. An entry that was stored is deleted, so its length is what waits. */
  key: 'penstock:access-records',
  /** The consumer group that all workers share. */
  group: 'workers',
  /** Field of an entry: the JSON text of the batch. */
  field: 'batch',
  /**
   * Batches that may wait. About half a megabyte each when full: 128 MB of Redis while no worker runs. A gateway that finds it full hands
   * its batch to admin instead, so nothing is trimmed away.
   */
  lengthMax: 256,
} as const
