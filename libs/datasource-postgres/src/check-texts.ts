import type { Statement } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { controlsTransaction } from './transaction-words.js'

/**
 * Refuses texts that must not be sent. A transaction is as long as its call: ended inside, what follows would run outside of the read-only
 * mode. And a text ends at U+0000 for the protocol, so that the server would get another one than was proved.
 */
export function checkTexts(statements: readonly Statement[]): void {
  for (const { clean, text } of statements) {
    if (!clean && controlsTransaction(text)) {
      throw new AppError('STATEMENT_FAILED', 'the statement controls a transaction', {
        message: 'A call is one transaction: its statements may not begin, end or divide it',
      })
    }
    if (text.includes('\0')) throw new AppError('STATEMENT_FAILED', 'the statement holds the character U+0000')
  }
}
