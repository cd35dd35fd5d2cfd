import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { CHANGE_DATASOURCE, ChangeDatasourceController } from './change-datasource/change-datasource.controller.js'
import { changeDatasource } from './change-datasource/change-datasource.js'
import { CREATE_DATASOURCE, CreateDatasourceController } from './create-datasource/create-datasource.controller.js'
import { createDatasource } from './create-datasource/create-datasource.js'
import { DELETE_DATASOURCE, DeleteDatasourceController } from './delete-datasource/delete-datasource.controller.js'
import { deleteDatasource } from './delete-datasource/delete-datasource.js'
import { LIST_DATASOURCES, ListDatasourcesController } from './list-datasources/list-datasources.controller.js'
import { listDatasources } from './list-datasources/list-datasources.js'
import { READ_DATASOURCE, ReadDatasourceController } from './read-datasource/read-datasource.controller.js'
import { readDatasource } from './read-datasource/read-datasource.js'
import {
  READ_DATASOURCE_SCHEMA,
  ReadDatasourceSchemaController,
} from './read-datasource-schema/read-datasource-schema.controller.js'
import { readDatasourceSchema } from './read-datasource-schema/read-datasource-schema.js'
import { TEST_DATASOURCE, TestDatasourceController } from './test-datasource/test-datasource.controller.js'
import { testDatasource } from './test-datasource/test-datasource.js'
import {
  TEST_UNSAVED_DATASOURCE,
  TestUnsavedDatasourceController,
} from './test-unsaved-datasource/test-unsaved-datasource.controller.js'
import { testUnsavedDatasource } from './test-unsaved-datasource/test-unsaved-datasource.js'

/** The databases that APIs read and write. */
export const datasourcesArea: Area = {
  controllers: [
    ListDatasourcesController,
    CreateDatasourceController,
    TestUnsavedDatasourceController,
    ReadDatasourceController,
    ChangeDatasourceController,
    DeleteDatasourceController,
    TestDatasourceController,
    ReadDatasourceSchemaController,
  ],
  providers: [
    useCase(LIST_DATASOURCES, listDatasources),
    useCase(CREATE_DATASOURCE, createDatasource),
    useCase(TEST_UNSAVED_DATASOURCE, testUnsavedDatasource),
    useCase(READ_DATASOURCE, readDatasource),
    useCase(CHANGE_DATASOURCE, changeDatasource),
    useCase(DELETE_DATASOURCE, deleteDatasource),
    useCase(TEST_DATASOURCE, testDatasource),
    useCase(READ_DATASOURCE_SCHEMA, readDatasourceSchema),
  ],
}
