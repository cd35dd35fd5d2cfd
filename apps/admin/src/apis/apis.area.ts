import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { changeApi } from './change-api/change-api.js'
import { CHANGE_API, ChangeApiController } from './change-api/change-api.controller.js'
import { createApi } from './create-api/create-api.js'
import { CREATE_API, CreateApiController } from './create-api/create-api.controller.js'
import { createVersion } from './create-version/create-version.js'
import { CREATE_VERSION, CreateVersionController } from './create-version/create-version.controller.js'
import { debugApi } from './debug-api/debug-api.js'
import { DEBUG_API, DebugApiController } from './debug-api/debug-api.controller.js'
import { deleteApi } from './delete-api/delete-api.js'
import { DELETE_API, DeleteApiController } from './delete-api/delete-api.controller.js'
import { diffVersions } from './diff-versions/diff-versions.js'
import { DIFF_VERSIONS, DiffVersionsController } from './diff-versions/diff-versions.controller.js'
import { listApis } from './list-apis/list-apis.js'
import { LIST_APIS, ListApisController } from './list-apis/list-apis.controller.js'
import { listVersions } from './list-versions/list-versions.js'
import { LIST_VERSIONS, ListVersionsController } from './list-versions/list-versions.controller.js'
import { purgeCache } from './purge-cache/purge-cache.js'
import { PURGE_CACHE, PurgeCacheController } from './purge-cache/purge-cache.controller.js'
import { publishApi } from './publish-api/publish-api.js'
import { PUBLISH_API, PublishApiController } from './publish-api/publish-api.controller.js'
import { readApi } from './read-api/read-api.js'
import { READ_API, ReadApiController } from './read-api/read-api.controller.js'
import { readVersion } from './read-version/read-version.js'
import { READ_VERSION, ReadVersionController } from './read-version/read-version.controller.js'
import { rollbackApi } from './rollback-api/rollback-api.js'
import { ROLLBACK_API, RollbackApiController } from './rollback-api/rollback-api.controller.js'
import { unpublishApi } from './unpublish-api/unpublish-api.js'
import { UNPUBLISH_API, UnpublishApiController } from './unpublish-api/unpublish-api.controller.js'
import { validateApi } from './validate-api/validate-api.js'
import { VALIDATE_API, ValidateApiController } from './validate-api/validate-api.controller.js'

/** APIs, their versions, and what is published of them. */
export const apisArea: Area = {
  controllers: [
    ValidateApiController,
    ListApisController,
    CreateApiController,
    ReadApiController,
    ChangeApiController,
    DeleteApiController,
    CreateVersionController,
    ListVersionsController,
    ReadVersionController,
    DiffVersionsController,
    PublishApiController,
    UnpublishApiController,
    RollbackApiController,
    PurgeCacheController,
    DebugApiController,
  ],
  providers: [
    useCase(VALIDATE_API, validateApi),
    useCase(LIST_APIS, listApis),
    useCase(CREATE_API, createApi),
    useCase(READ_API, readApi),
    useCase(CHANGE_API, changeApi),
    useCase(DELETE_API, deleteApi),
    useCase(CREATE_VERSION, createVersion),
    useCase(LIST_VERSIONS, listVersions),
    useCase(READ_VERSION, readVersion),
    useCase(DIFF_VERSIONS, diffVersions),
    useCase(PUBLISH_API, publishApi),
    useCase(UNPUBLISH_API, unpublishApi),
    useCase(ROLLBACK_API, rollbackApi),
    useCase(PURGE_CACHE, purgeCache),
    useCase(DEBUG_API, debugApi),
  ],
}
