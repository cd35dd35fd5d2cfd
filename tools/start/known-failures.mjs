import { Fault } from '../services/fault.mjs'

/** Turns what the operating system says about a full disk or a folder of another user into a sentence with its fix. */
export function asFault(error) {
  const text = `${error?.code ?? ''} ${error?.message ?? ''}`
  if (/ENOSPC|no space left on device/i.test(text)) {
    return new Fault('The disk is full.', 'Free some space (df -h shows where) and try again.', { cause: error })
  }
  if (!(error instanceof Fault) && /EACCES|EPERM|EROFS/.test(text)) {
    return new Fault(
      `${error.path ?? 'A file'} cannot be written or read by this user.`,
      'Give the folder to your user (chown -R), or start as the user it belongs to.',
      { cause: error },
    )
  }
  return error
}
