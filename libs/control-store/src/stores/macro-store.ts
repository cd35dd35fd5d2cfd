import type { Tx } from '../control-database.js'
import { Macro } from '../entities/macro.js'
import { MacroVersion } from '../entities/macro-version.js'
import { containing, onlyPermitted, pageOf, type Page, type PageRequest, type Permitted } from '../page.js'
import { recordStore } from './record-store.js'
import type { VersionFilter } from './api-version-store.js'

export interface MacroFilter extends PageRequest {
  readonly permitted: Permitted
  readonly name?: string | undefined
  readonly macroType?: 'SQL' | 'SCRIPT' | undefined
  readonly moduleId?: string | undefined
  readonly isPublished?: boolean | undefined
}

/** A macro as APIs can use it: one of its versions. */
export interface UsableMacro {
  readonly macroType: 'SQL' | 'SCRIPT'
  readonly macroId: string
  readonly versionId: string
  readonly name: string
  readonly content: string
}

/** A macro of which there is a draft alone. */
export type UnpublishedMacro = Pick<UsableMacro, 'macroType' | 'name' | 'content'>

const SORTABLE = { name: 'name', sort_order: 'sortOrder', created_at: 'createdAt', updated_at: 'updatedAt' }

/** Global ones first, so that a module's own macro of the same name wins. */
const IN_SCOPE = /* sql */ `
SELECT m.macro_type AS "macroType", m.id AS "macroId", v.id AS "versionId", m.name, v.content
FROM macros m JOIN macro_versions v ON v.id = m.published_version_id
WHERE m.module_id IS NULL OR m.module_id = $1::uuid
ORDER BY m.module_id IS NOT NULL, m.sort_order, m.name`
const PINNED = /* sql */ `
SELECT m.macro_type AS "macroType", m.id AS "macroId", v.id AS "versionId", m.name, v.content
FROM macro_versions v JOIN macros m ON m.id = v.macro_id
WHERE v.id = ANY ($1::uuid[])
ORDER BY m.module_id IS NOT NULL, m.sort_order, m.name`
const UNPUBLISHED = /* sql */ `
SELECT macro_type AS "macroType", name, content FROM macros
WHERE published_version_id IS NULL AND (module_id IS NULL OR module_id = $1::uuid) ORDER BY name`
const USERS = /* sql */ `
SELECT a.id, a.http_method || ' /' || a.path AS name, v.macro_versions ->> $1 AS "versionId"
FROM apis a JOIN api_versions v ON v.id = a.published_version_id
WHERE v.macro_versions ? $1 ORDER BY 2`

export interface MacroUser {
  readonly id: string
  readonly name: string
  /** The version of the macro that the published API holds. */
  readonly versionId: string
}

export const macroStore = {
  ...recordStore(Macro),

  /** With a module: what its APIs can use, which are its own macros and those of all. */
  page(tx: Tx, filter: MacroFilter): Promise<Page<Macro>> {
    const query = onlyPermitted(tx.createQueryBuilder(Macro, 'macro'), filter.permitted)
    if (filter.name !== undefined) query.andWhere('macro.name ILIKE :name', { name: containing(filter.name) })
    if (filter.macroType !== undefined) query.andWhere('macro.macroType = :macroType', { macroType: filter.macroType })
    if (filter.moduleId !== undefined) {
      query.andWhere('(macro.moduleId IS NULL OR macro.moduleId = :moduleId)', { moduleId: filter.moduleId })
    }
    if (filter.isPublished !== undefined) {
      query.andWhere(`macro.publishedVersionId IS ${filter.isPublished ? 'NOT NULL' : 'NULL'}`)
    }
    return pageOf(query, filter, SORTABLE)
  },

  /** The published macros that APIs of this module may use; null: the global ones. */
  inScope(tx: Tx, moduleId: string | null): Promise<readonly UsableMacro[]> {
    return tx.query(IN_SCOPE, [moduleId])
  },

  /** These versions, as far as they still exist. */
  pinned(tx: Tx, versionIds: readonly string[]): Promise<readonly UsableMacro[]> {
    return tx.query(PINNED, [[...versionIds]])
  },

  /** The macros in scope that cannot be used yet, as their drafts are. */
  unpublished(tx: Tx, moduleId: string | null): Promise<readonly UnpublishedMacro[]> {
    return tx.query(UNPUBLISHED, [moduleId])
  },

  /** The published APIs that hold a version of the macro. */
  users(tx: Tx, macroId: string): Promise<readonly MacroUser[]> {
    return tx.query(USERS, [macroId])
  },

  async bumpDraft(tx: Tx, id: string): Promise<void> {
    await tx.query('UPDATE macros SET draft_revision = draft_revision + 1 WHERE id = $1', [id])
  },

  /** Makes the version the one that APIs take from now on; null: none. */
  async setPublished(tx: Tx, id: string, versionId: string | null): Promise<void> {
    await tx.query(
      'UPDATE macros SET published_version_id = $2::uuid, published_at = CASE WHEN $2::uuid IS NULL THEN NULL ELSE now() END WHERE id = $1',
      [id, versionId],
    )
  },
}

const versions = recordStore(MacroVersion)

export const macroVersionStore = {
  find: versions.find,
  insert: versions.insert,

  page(tx: Tx, filter: VersionFilter): Promise<Page<MacroVersion>> {
    const query = tx
      .createQueryBuilder(MacroVersion, 'version')
      .where('version.macroId = :ownerId', { ownerId: filter.ownerId })
    return pageOf(query, filter, { version: 'version' })
  },

  newest(tx: Tx, macroId: string): Promise<MacroVersion | null> {
    return tx
      .createQueryBuilder(MacroVersion, 'version')
      .where('version.macroId = :macroId', { macroId })
      .orderBy('version.version', 'DESC')
      .limit(1)
      .getOne()
  },
}
