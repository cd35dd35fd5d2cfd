import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { beginEpoch } from './begin-epoch/begin-epoch.js'
import { BEGIN_EPOCH, BeginEpochController } from './begin-epoch/begin-epoch.controller.js'
import { listGateways } from './list-gateways/list-gateways.js'
import { LIST_GATEWAYS, ListGatewaysController } from './list-gateways/list-gateways.controller.js'

/** What the gateways say of themselves, and what they are to follow. */
export const gatewaysArea: Area = {
  controllers: [ListGatewaysController, BeginEpochController],
  providers: [useCase(LIST_GATEWAYS, listGateways), useCase(BEGIN_EPOCH, beginEpoch)],
}
