// The service of the example, with and without authorization over one database, each on a port of its own.
import type { AddressInfo } from 'node:net';
import { makeGuard } from '../examples/footprints/guard.ts';
import { createService } from '../examples/footprints/service.ts';
import { makeTable } from '../examples/footprints/table.ts';

/** What the parent asks for, as the first argument. */
export interface ServiceOrder {
  readonly rows: number;
  readonly users: number;
}

/** What it is told when both listen. */
export interface ServicePorts {
  readonly with: number;
  readonly without: number;
}

const { rows, users } = JSON.parse(process.argv[2] as string) as ServiceOrder;
const database = makeTable(rows);
const services = { with: createService(database, await makeGuard(users)), without: createService(database) };
for (const service of Object.values(services)) await service.listen({ host: '127.0.0.1', port: 0 });
const ports: ServicePorts = { with: portOf('with'), without: portOf('without') };
process.send?.(ports);
process.on('disconnect', () => process.exit());

function portOf(name: keyof typeof services): number {
  return (services[name].server.address() as AddressInfo).port;
}
