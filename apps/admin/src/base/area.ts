import type { Provider, Type } from '@nestjs/common'

/** What one area of the control plane brings: its controllers and the providers of its use cases. */
export interface Area {
  readonly controllers: readonly Type[]
  readonly providers: readonly Provider[]
}
