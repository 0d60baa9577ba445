import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HiddenUrls } from '../src/store/hidden-urls.ts';
import { maskedUrl, parseStoreUrl } from '../src/store/store-url.ts';

describe('the URL of a store', () => {
  it.each([
    ['policies.db', 'sqlite', '/here/policies.db', 'policies.db'],
    ['/var/p.db', 'sqlite', '/var/p.db', '/var/p.db'],
    ['a@b.db', 'sqlite', '/here/a@b.db', 'a@b.db'],
    ['sqlite:p.db', 'sqlite', '/here/p.db', 'p.db'],
    ['sqlite:///var/p.db', 'sqlite', '/var/p.db', '/var/p.db'],
    ['postgres://u:p@h:1/d', 'postgres', 'postgres://u:p@h:1/d', 'postgres://***@h:1/d'],
    ['postgresql://h/d?sslmode=require', 'postgres', 'postgresql://h/d?sslmode=require', 'postgresql://h/d?***'],
    ['mysql://h/d', 'mysql', 'mysql://h/d', 'mysql://h/d'],
    ['mariadb://u@h/d', 'mysql', 'mariadb://u@h/d', 'mariadb://***@h/d'],
    ['mongodb://u:p@h1:1,h2:2/d', 'mongodb', 'mongodb://u:p@h1:1,h2:2/d', 'mongodb://***@h1:1,h2:2/d'],
    ['mongodb+srv://h/d', 'mongodb', 'mongodb+srv://h/d', 'mongodb+srv://h/d'],
    ['redis://:p@h', 'redis', 'redis://:p@h', 'redis://***@h'],
    ['rediss://[::1]:6379/3', 'redis', 'rediss://[::1]:6379/3', 'rediss://[::1]:6379/3'],
  ])('%s is %s', (given, kind, target, label) => {
    expect(parseStoreUrl(given, '/here')).toMatchObject({ kind, target, label });
  });

  it.each([
    ['http://h/d', 'not of `http`'],
    ['constructor://h/d', 'not of `constructor`'],
    ['postgres://h', 'names no database'],
    ['mongodb://h/', 'names no database'],
    ['mysql:///d', 'names no host'],
    ['postgres:h/d', 'is malformed'],
    ['postgres://u:p@ss@h/d', 'is malformed'],
    ['postgres://u:p/w@h/d', 'is malformed'],
    ['postgres://u:p%zz@h/d', 'begins no character'],
    ['postgres//u:p@h/d', 'is malformed'],
    ['redis://h/0#x', 'is malformed'],
    ['sqlite:', 'has no path'],
    ['sqlite::memory:', 'is gone when the command ends'],
    ['sqlite://p.db', 'is followed by a path'],
    ['p\0.db', 'null character'],
  ])('%s is refused: %s', (given, message) => {
    expect(() => parseStoreUrl(given, '/here')).toThrow(message);
  });
});

describe('masked URLs', () => {
  const secretArb = fc.string({
    minLength: 6,
    maxLength: 90,
    unit: fc.constantFrom(...'Zq7%@:/?#&=+ .-\'"`\\'.split('')),
  });
  const urlArb = fc.tuple(
    fc.constantFrom('postgres', 'mysql', 'mongodb', 'redis', 'postgrs', 'http'),
    secretArb,
    fc.boolean(),
  );

  it('secrets-are-masked: whatever a password is, and wherever it stands', () => {
    const shapes = [
      (scheme: string, secret: string) => `${scheme}://u:${secret}@h/d`,
      (scheme: string, secret: string) => `${scheme}://h/d?password=${secret}`,
      (scheme: string, secret: string) => `${scheme}://h/d#${secret}`,
      // With an `@` it would be whole: that of another password.
      (scheme: string, secret: string) => `${scheme}://u:${secret.replaceAll('@', '')}`,
    ];
    fc.assert(
      fc.property(urlArb, fc.constantFrom(...shapes), ([scheme, secret, isEncoded], shape) => {
        const written = isEncoded ? encodeURIComponent(secret) : secret;
        const masked = maskedUrl(shape(scheme, `Zq7${written}Zq7`));
        expect(masked).not.toContain('Zq7');
      }),
    );
  });

  it('come from the command line only, and give the whole URL to who connects', () => {
    const urls = new HiddenUrls();
    const words = [
      'check',
      '-p',
      'a@b.yaml',
      '--store',
      'redis://:p@h',
      '--store=postgres//u:p@h',
      '-i',
      '{"a":"x://b@c"}',
    ];
    const hidden = urls.hide(words);
    expect(hidden).toEqual([
      'check',
      '-p',
      'a@b.yaml',
      '--store',
      'redis://***@h',
      '--store=url:***',
      '-i',
      '{"a":"x://b@c"}',
    ]);
    expect(hidden.map((word) => urls.reveal(word))[4]).toBe('redis://:p@h');
    expect(urls.reveal('url:***')).toBe('postgres//u:p@h');
    expect(() => urls.hide(['redis://:other@h'])).toThrow('differ');
  });
});
