/** What a storage uses of a `Db` of the official driver, `mongodb` 7: hand in `client.db('name')`. */
export interface MongoDatabase {
  collection(name: string, options?: object): MongoCollection;
  command(command: object): Promise<object>;
  readonly client: { startSession(): MongoSession };
}

/** What a storage uses of a collection of the driver. */
export interface MongoCollection {
  find(filter: object, options?: MongoFindOptions): MongoCursor;
  findOne(filter: object, options?: MongoFindOptions): Promise<object | null>;
  insertOne(document: object, options?: MongoOptions): Promise<{ readonly insertedId: unknown }>;
  insertMany(documents: readonly object[], options?: MongoOptions): Promise<unknown>;
  updateOne(filter: object, update: object, options?: MongoOptions): Promise<unknown>;
  deleteMany(filter: object, options?: MongoOptions): Promise<unknown>;
  createIndexes(indexes: { readonly key: Record<string, 1 | -1> }[]): Promise<unknown>;
  /** Nothing happens where there is none. */
  drop(): Promise<unknown>;
  watch(pipeline: object[]): MongoChangeStream;
}

/** What a statement belongs to: nothing, or a session with its transaction. */
export interface MongoOptions {
  readonly session?: unknown;
}

/** How documents are read. */
export interface MongoFindOptions extends MongoOptions {
  readonly projection?: unknown;
  readonly sort?: unknown;
  readonly limit?: unknown;
  readonly batchSize?: unknown;
}

/** What a storage uses of the driver's answer to `find`. */
export interface MongoCursor extends AsyncIterable<object> {
  toArray(): Promise<object[]>;
}

/** What a storage uses of a session of the driver. */
export interface MongoSession {
  withTransaction(work: () => Promise<unknown>, options?: object): Promise<unknown>;
  endSession(): Promise<void>;
}

/** What a storage uses of a change stream of the driver. */
export interface MongoChangeStream extends AsyncIterable<object> {
  /** Gives null where nothing happened yet; it is open by then. */
  tryNext(): Promise<object | null>;
  close(): Promise<void>;
}
