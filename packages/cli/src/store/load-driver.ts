import { CardeaError } from 'cardea';

/**
 * Loads the package that speaks with a database, which is installed by whoever wants it.
 *
 * @param load a dynamic import, by a name that tools can read
 * @throws CARDEA_IO when it is not there, with what to do
 */
export async function loadDriver<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A package that is there and lacks one of its own is broken, and says itself how.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error;
    throw new CardeaError('CARDEA_IO', `this store needs the package \`${name}\`: run \`npm install ${name}\``);
  }
}
