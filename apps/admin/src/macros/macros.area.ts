import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { changeMacro } from './change-macro/change-macro.js'
import { CHANGE_MACRO, ChangeMacroController } from './change-macro/change-macro.controller.js'
import { createMacro } from './create-macro/create-macro.js'
import { CREATE_MACRO, CreateMacroController } from './create-macro/create-macro.controller.js'
import { createMacroVersion } from './create-macro-version/create-macro-version.js'
import {
  CREATE_MACRO_VERSION,
  CreateMacroVersionController,
} from './create-macro-version/create-macro-version.controller.js'
import { deleteMacro } from './delete-macro/delete-macro.js'
import { DELETE_MACRO, DeleteMacroController } from './delete-macro/delete-macro.controller.js'
import { listMacroVersions } from './list-macro-versions/list-macro-versions.js'
import {
  LIST_MACRO_VERSIONS,
  ListMacroVersionsController,
} from './list-macro-versions/list-macro-versions.controller.js'
import { listMacros } from './list-macros/list-macros.js'
import { LIST_MACROS, ListMacrosController } from './list-macros/list-macros.controller.js'
import { publishMacro } from './publish-macro/publish-macro.js'
import { PUBLISH_MACRO, PublishMacroController } from './publish-macro/publish-macro.controller.js'
import { readMacro } from './read-macro/read-macro.js'
import { READ_MACRO, ReadMacroController } from './read-macro/read-macro.controller.js'
import { readMacroVersion } from './read-macro-version/read-macro-version.js'
import { READ_MACRO_VERSION, ReadMacroVersionController } from './read-macro-version/read-macro-version.controller.js'
import { unpublishMacro } from './unpublish-macro/unpublish-macro.js'
import { UNPUBLISH_MACRO, UnpublishMacroController } from './unpublish-macro/unpublish-macro.controller.js'

/** Pieces of template that APIs share. */
export const macrosArea: Area = {
  controllers: [
    CreateMacroController,
    ListMacrosController,
    ReadMacroController,
    ChangeMacroController,
    DeleteMacroController,
    CreateMacroVersionController,
    ListMacroVersionsController,
    ReadMacroVersionController,
    PublishMacroController,
    UnpublishMacroController,
  ],
  providers: [
    useCase(CREATE_MACRO, createMacro),
    useCase(LIST_MACROS, listMacros),
    useCase(READ_MACRO, readMacro),
    useCase(CHANGE_MACRO, changeMacro),
    useCase(DELETE_MACRO, deleteMacro),
    useCase(CREATE_MACRO_VERSION, createMacroVersion),
    useCase(LIST_MACRO_VERSIONS, listMacroVersions),
    useCase(READ_MACRO_VERSION, readMacroVersion),
    useCase(PUBLISH_MACRO, publishMacro),
    useCase(UNPUBLISH_MACRO, unpublishMacro),
  ],
}
