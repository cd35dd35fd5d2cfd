import { Foundations } from './0001-foundations/foundations.js'

/** Every migration, oldest first. New ones are added at the end; merged ones are never edited. */
export const ALL_MIGRATIONS = [Foundations]
