import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { CHANGE_CLIENT, ChangeClientController } from './change-client/change-client.controller.js'
import { changeClient } from './change-client/change-client.js'
import { CREATE_CLIENT, CreateClientController } from './create-client/create-client.controller.js'
import { createClient } from './create-client/create-client.js'
import { DELETE_CLIENT, DeleteClientController } from './delete-client/delete-client.controller.js'
import { deleteClient } from './delete-client/delete-client.js'
import { LIST_CLIENTS, ListClientsController } from './list-clients/list-clients.controller.js'
import { listClients } from './list-clients/list-clients.js'
import {
  LIST_EFFECTIVE_APIS,
  ListEffectiveApisController,
} from './list-effective-apis/list-effective-apis.controller.js'
import { listEffectiveApis } from './list-effective-apis/list-effective-apis.js'
import { READ_CLIENT, ReadClientController } from './read-client/read-client.controller.js'
import { readClient } from './read-client/read-client.js'
import {
  ROTATE_CLIENT_SECRET,
  RotateClientSecretController,
} from './rotate-client-secret/rotate-client-secret.controller.js'
import { rotateClientSecret } from './rotate-client-secret/rotate-client-secret.js'

/** Programs that call APIs with a secret of their own. */
export const clientsArea: Area = {
  controllers: [
    ListClientsController,
    CreateClientController,
    ReadClientController,
    ChangeClientController,
    DeleteClientController,
    RotateClientSecretController,
    ListEffectiveApisController,
  ],
  providers: [
    useCase(LIST_CLIENTS, listClients),
    useCase(CREATE_CLIENT, createClient),
    useCase(READ_CLIENT, readClient),
    useCase(CHANGE_CLIENT, changeClient),
    useCase(DELETE_CLIENT, deleteClient),
    useCase(ROTATE_CLIENT_SECRET, rotateClientSecret),
    useCase(LIST_EFFECTIVE_APIS, listEffectiveApis),
  ],
}
