import { accessSync, constants } from 'node:fs';
import { chromium } from 'playwright-core';
import { ENTRY } from './bundle.ts';
import type { IsolateResult } from './suite.ts';

const PLACES: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

// A test browser talks to nobody: without these it looks for its maker's hosts at every start.
const FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser to use: `CARDEA_CHROMIUM`, or the first of the usual places that has one. */
export function findChromium(): string | undefined {
  const named = process.env['CARDEA_CHROMIUM'];
  return (named === undefined ? PLACES : [named]).find(isExecutable);
}

/** Runs the bundle on an empty page of a headless browser. */
export async function runInChromium(executablePath: string, bundle: string): Promise<readonly IsolateResult[]> {
  const browser = await chromium.launch({ executablePath, args: [...FLAGS] });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundle });
    return await page.evaluate<readonly IsolateResult[]>(`globalThis.${ENTRY}()`);
  } finally {
    await browser.close();
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
