import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { CHANGE_GROUP, ChangeGroupController } from './change-group/change-group.controller.js'
import { changeGroup } from './change-group/change-group.js'
import { CREATE_GROUP, CreateGroupController } from './create-group/create-group.controller.js'
import { createGroup } from './create-group/create-group.js'
import { DELETE_GROUP, DeleteGroupController } from './delete-group/delete-group.controller.js'
import { deleteGroup } from './delete-group/delete-group.js'
import { LIST_GROUPS, ListGroupsController } from './list-groups/list-groups.controller.js'
import { listGroups } from './list-groups/list-groups.js'
import { READ_GROUP, ReadGroupController } from './read-group/read-group.controller.js'
import { readGroup } from './read-group/read-group.js'
import { SET_GROUP_APIS, SetGroupApisController } from './set-group-apis/set-group-apis.controller.js'
import { setGroupApis } from './set-group-apis/set-group-apis.js'
import { SET_GROUP_CLIENTS, SetGroupClientsController } from './set-group-clients/set-group-clients.controller.js'
import { setGroupClients } from './set-group-clients/set-group-clients.js'

/** Sets of APIs that sets of clients may call. */
export const groupsArea: Area = {
  controllers: [
    ListGroupsController,
    CreateGroupController,
    ReadGroupController,
    ChangeGroupController,
    DeleteGroupController,
    SetGroupApisController,
    SetGroupClientsController,
  ],
  providers: [
    useCase(LIST_GROUPS, listGroups),
    useCase(CREATE_GROUP, createGroup),
    useCase(READ_GROUP, readGroup),
    useCase(CHANGE_GROUP, changeGroup),
    useCase(DELETE_GROUP, deleteGroup),
    useCase(SET_GROUP_APIS, setGroupApis),
    useCase(SET_GROUP_CLIENTS, setGroupClients),
  ],
}
