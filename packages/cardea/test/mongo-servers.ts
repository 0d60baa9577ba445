import { MongoClient } from 'mongodb';
import { mongoStorage, type MongoStorageOptions, type StoredStorage } from '../src/storage/mongo/index.ts';

const LONGEST_CONNECT_MS = 3_000;

/** Storages in a database of their own on a server, each over a connection of its own. */
export class MongoTestDatabase {
  readonly name: string;
  readonly #url: string;
  readonly #clients: MongoClient[] = [];
  readonly #storages: StoredStorage[] = [];

  constructor(url: string, name: string) {
    this.#url = url;
    this.name = `cardea_${name}_${process.pid}_${performance.now().toString(36).replace('.', '')}`;
  }

  connect(): ReturnType<MongoClient['db']> {
    // A server that is killed may take a connection and never answer on it.
    const client = new MongoClient(this.#url, { connectTimeoutMS: LONGEST_CONNECT_MS });
    this.#clients.push(client);
    return client.db(this.name);
  }

  open(options: MongoStorageOptions = {}): StoredStorage {
    const storage = mongoStorage(this.connect(), options);
    this.#storages.push(storage);
    return storage;
  }

  async drop(): Promise<void> {
    await Promise.all(this.#storages.map((storage) => storage.close()));
    await this.connect().dropDatabase();
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
