/** The servers that tests talk to. */
export const SERVER_NAMES = ['postgres', 'mariadb', 'redis', 'mongodb', 'nats'] as const;

/** One of the servers; `mongodb` is whatever speaks MongoDB's wire protocol. */
export type ServerName = (typeof SERVER_NAMES)[number];

/** What one server has for itself. */
export interface Site {
  /** Where its data and its log are; it belongs to the account that runs the server. */
  readonly folder: string;
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Of the only user, `cardea`, who may do everything. */
  readonly password: string;
}

/** A server as a program of this host. */
export interface ServerProgram {
  /** The Debian packages that bring it. */
  readonly packages: readonly string[];
  /** Accounts to run it as where the script is root: the first that this host has. */
  readonly accounts: readonly string[];
  /** Ends it at once but in order, without waiting for its clients. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  /** The programs that it needs, as paths; undefined where one is missing. Throws where they cannot be made. */
  readonly find: () => Promise<readonly string[] | undefined>;
  /** The command lines, each with its program first, that fill a new folder, and the files that they or the server read. */
  readonly prepare: (site: Site, programs: readonly string[]) => Preparation;
  /** The arguments of the last of the programs. They name the folder: by it the process is recognised. */
  readonly serve: (site: Site) => readonly string[];
}

/** What a new folder gets before its server starts. */
export interface Preparation {
  /** Files of the folder and their text; only the server's account may read them. */
  readonly files?: Readonly<Record<string, string>>;
  readonly commands?: readonly (readonly string[])[];
}
