import { expect, it } from 'vitest';
import { type Host, whyNotInstall } from './debian.ts';

const container: Host = { root: true, aptGet: '/usr/bin/apt-get', systemd: false };

it('packages are installed where nobody minds: by root, in a container of Debian', () => {
  expect(whyNotInstall(['postgresql'], container)).toBeUndefined();
});

it.each([
  [{ root: false }, 'only root may apt-get install `a b`'],
  [{ systemd: true }, 'apt-get install `a b` is left to the owner of this system'],
  [{ aptGet: undefined }, 'there is no apt-get for `a b`'],
])('where %j, nothing is installed and the reason is told', (difference, reason) => {
  expect(whyNotInstall(['a', 'b'], { ...container, ...difference })).toContain(reason);
});
