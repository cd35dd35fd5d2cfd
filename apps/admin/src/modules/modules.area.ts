import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { CHANGE_MODULE, ChangeModuleController } from './change-module/change-module.controller.js'
import { changeModule } from './change-module/change-module.js'
import { CREATE_MODULE, CreateModuleController } from './create-module/create-module.controller.js'
import { createModule } from './create-module/create-module.js'
import { DELETE_MODULE, DeleteModuleController } from './delete-module/delete-module.controller.js'
import { deleteModule } from './delete-module/delete-module.js'
import { LIST_MODULES, ListModulesController } from './list-modules/list-modules.controller.js'
import { listModules } from './list-modules/list-modules.js'
import { READ_MODULE, ReadModuleController } from './read-module/read-module.controller.js'
import { readModule } from './read-module/read-module.js'

/** Named sets of APIs that are switched on and off together. */
export const modulesArea: Area = {
  controllers: [
    ListModulesController,
    CreateModuleController,
    ReadModuleController,
    ChangeModuleController,
    DeleteModuleController,
  ],
  providers: [
    useCase(LIST_MODULES, listModules),
    useCase(CREATE_MODULE, createModule),
    useCase(READ_MODULE, readModule),
    useCase(CHANGE_MODULE, changeModule),
    useCase(DELETE_MODULE, deleteModule),
  ],
}
