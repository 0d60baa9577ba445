// The service of the example, with or without authorization, as a process of its own.
import type { AddressInfo } from 'node:net';
import { makeGuard } from '../examples/footprints/guard.ts';
import { createService } from '../examples/footprints/service.ts';
import { makeTable } from '../examples/footprints/table.ts';

/** What the parent asks for, as the first argument. */
export interface ServiceOrder {
  readonly rows: number;
  /** How many users statements know; absent for a service without authorization. */
  readonly users?: number;
}

/** What the parent is told: the port once, and the processor time since the start whenever it sends something. */
export type ServiceWord = { readonly port: number } | { readonly cpuNs: number };

const { rows, users } = JSON.parse(process.argv[2] as string) as ServiceOrder;
const service = createService(makeTable(rows), users === undefined ? undefined : await makeGuard(users));
await service.listen({ host: '127.0.0.1', port: 0 });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  tell({ cpuNs: (user + system) * 1_000 });
});
process.on('disconnect', () => process.exit());
tell({ port: (service.server.address() as AddressInfo).port });

function tell(word: ServiceWord): void {
  process.send?.(word);
}
