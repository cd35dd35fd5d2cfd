import type { Attack } from './attack-programs/attack.js'
import { REACH_ATTACKS } from './attack-programs/reach.js'
import { SPACE_ATTACKS } from './attack-programs/space.js'
import { TIME_ATTACKS } from './attack-programs/time.js'

export { ATTACK_CATEGORIES, type Attack, type AttackCategory, type AttackEnd } from './attack-programs/attack.js'

/** Programs that every engine must bring to an end by their deadline, and that must leave no trace in the next call. */
export const ATTACKS: readonly Attack[] = [...TIME_ATTACKS, ...SPACE_ATTACKS, ...REACH_ATTACKS]
