import type { MongoCollection, MongoCursor, MongoDatabase } from '../src/storage/mongo/client.ts';

/** What happens before and after each statement: nothing, a wait, or a failure. */
export type MongoInterruption = (statement: string, when: 'before' | 'after') => void | Promise<void>;

/** A database whose statements are interrupted. Statements of a cursor are one. */
export function interruptedMongo(database: MongoDatabase, interrupt: MongoInterruption): MongoDatabase {
  const step = async <T>(statement: string, work: () => Promise<T>): Promise<T> => {
    await interrupt(statement, 'before');
    const done = await work();
    await interrupt(statement, 'after');
    return done;
  };
  return {
    client: database.client,
    command: (command) => database.command(command),
    collection: (name, options) => interruptedCollection(name, database.collection(name, options), step),
  };
}

function interruptedCollection(
  name: string,
  inner: MongoCollection,
  step: <T>(statement: string, work: () => Promise<T>) => Promise<T>,
): MongoCollection {
  return {
    find: (...args) => interruptedCursor(() => step(`${name}.find`, () => inner.find(...args).toArray())),
    findOne: (...args) => step(`${name}.findOne`, () => inner.findOne(...args)),
    insertOne: (...args) => step(`${name}.insertOne`, () => inner.insertOne(...args)),
    insertMany: (...args) => step(`${name}.insertMany`, () => inner.insertMany(...args)),
    updateOne: (...args) => step(`${name}.updateOne`, () => inner.updateOne(...args)),
    deleteMany: (...args) => step(`${name}.deleteMany`, () => inner.deleteMany(...args)),
    createIndexes: (...args) => step(`${name}.createIndexes`, () => inner.createIndexes(...args)),
    drop: () => step(`${name}.drop`, () => inner.drop()),
    watch: (pipeline) => inner.watch(pipeline),
  };
}

function interruptedCursor(read: () => Promise<object[]>): MongoCursor {
  return {
    toArray: read,
    async *[Symbol.asyncIterator]() {
      yield* await read();
    },
  };
}
