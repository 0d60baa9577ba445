import { afterEach, expect, it, vi } from 'vitest';
import { describeService, serviceUrl } from '../../test/services.ts';
import { freePort } from './ports.ts';
import { startServices, statusOfServices } from './manage.ts';
import { SERVER_NAMES } from './server.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

for (const name of SERVER_NAMES) {
  describeService(name, `starting ${name} again`, (url) => {
    it('leaves a server that runs as it is', async () => {
      const [report] = await startServices([name]);
      expect(['running', 'given']).toContain(report?.state);
      expect(report?.address).toEqual({ url });
    });
  });
}

it('a server that the environment names is used, by tests too', async () => {
  const url = `redis://default:secret@127.0.0.1:${await freePort()}`;
  vi.stubEnv('CARDEA_TEST_REDIS', url);
  expect(serviceUrl('redis')).toEqual({ url });
});

it('a server that the environment names and that does not answer is skipped with the reason, without its password', async () => {
  vi.stubEnv('CARDEA_TEST_REDIS', `redis://default:secret@127.0.0.1:${await freePort()}`);
  const [report] = await statusOfServices(['redis']);
  expect(report?.state).toBe('skipped');
  expect(JSON.stringify(report?.address)).toMatch(/does not answer/);
  expect(JSON.stringify(report?.address)).not.toMatch(/secret/);
});
