import { CardeaError, errorMessage } from '../../errors.ts';

/**
 * Reads a stored text.
 *
 * @param what for the error: `policy \`a\``
 * @throws CARDEA_IO when it is no JSON: others have written it
 */
export function parseStored(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CardeaError('CARDEA_IO', `what is stored of ${what} cannot be read: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
