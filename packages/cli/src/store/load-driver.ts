import { CardeaError } from 'cardea';

/**
 * Loads a package that is installed by whoever wants it, such as one that speaks with a database.
 *
 * @param load a dynamic import, by a name that tools can read
 * @param who needs it
 * @throws CARDEA_IO when it is not there, with what to do
 */
export async function loadDriver<T>(name: string, load: () => Promise<T>, who = 'this store'): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A package that is there and lacks one of its own is broken, and says itself how.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error;
    throw new CardeaError('CARDEA_IO', `${who} needs the package \`${name}\`: run \`npm install ${name}\``);
  }
}
