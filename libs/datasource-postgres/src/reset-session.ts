import type { Context } from './context.js'
import { Group } from './group.js'
import { RESET_TEXTS, STATEMENT_TIMEOUT_MS } from './session-settings.js'
import type { Session } from './session.js'

/**
 * Gives a session back as it was opened: out of any transaction and, when a statement may have left something behind, reset. One that
 * cannot be brought back is dropped. Nobody waits for it, so it never rejects.
 */
export async function giveBack(context: Context, session: Session, dirty: boolean): Promise<void> {
  if (session.usable && (dirty || !session.isIdle)) {
    const group = new Group(session, false)
    if (!session.isIdle) group.control('rollback')
    if (dirty) for (const text of RESET_TEXTS) group.control(text)
    const { failure } = await group.send()
    if (failure !== undefined || !session.isIdle) session.destroy()
    else if (dirty) session.timeoutMs = STATEMENT_TIMEOUT_MS
  }
  context.pool.release(session)
}
