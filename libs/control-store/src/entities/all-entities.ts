import { ApiVersion } from './api-version.js'
import { Api } from './api.js'
import { AuditRecord } from './audit-record.js'
import { Client } from './client.js'
import { Datasource } from './datasource.js'
import { Gateway } from './gateway.js'
import { ClientApi, Group, GroupApi, GroupClient } from './group.js'
import { Key } from './key.js'
import { MacroVersion } from './macro-version.js'
import { Macro } from './macro.js'
import { Module } from './module.js'
import { RefreshToken } from './refresh-token.js'
import { User } from './user.js'

/** Every entity of the configuration database. */
export const ALL_ENTITIES = [
  Api,
  ApiVersion,
  AuditRecord,
  Client,
  ClientApi,
  Datasource,
  Gateway,
  Group,
  GroupApi,
  GroupClient,
  Key,
  Macro,
  MacroVersion,
  Module,
  RefreshToken,
  User,
] as const
