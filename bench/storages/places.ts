import {
  type DatabaseSite,
  mariadbSite,
  mongoSite,
  postgresSite,
  redisSite,
  sqliteSite,
} from '../../packages/cardea/test/database-sites.ts';
import type { ServiceReport } from '../../scripts/services/manage.ts';
import type { ServerName } from '../../scripts/services/server.ts';

export type PlaceName = 'SQLite' | 'PostgreSQL' | 'MariaDB' | 'Redis' | 'MongoDB wire';

/** Makes empty places in the databases that run. */
export class Places {
  readonly #services: readonly ServiceReport[];

  constructor(services: readonly ServiceReport[]) {
    this.#services = services;
  }

  /** @throws Error saying why there is no such server */
  async make(name: PlaceName): Promise<DatabaseSite> {
    switch (name) {
      case 'SQLite':
        return sqliteSite('better-sqlite3');
      case 'PostgreSQL':
        return postgresSite(this.#urlOf('postgres'));
      case 'MariaDB':
        return mariadbSite(this.#urlOf('mariadb'));
      case 'Redis':
        return redisSite(this.#urlOf('redis'));
      case 'MongoDB wire':
        return mongoSite(this.#urlOf('mongodb'));
    }
  }

  #urlOf(name: ServerName): string {
    const address = this.#services.find((service) => service.name === name)?.address;
    if (address === undefined || !('url' in address))
      throw new Error(`no ${name}: ${address?.skipped ?? 'not started'}`);
    return address.url;
  }
}
