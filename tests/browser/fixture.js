// The fixture server and a browser to look at it with.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

/** {origin, say(word), close()}: the program named by MARKET_FIXTURE. */
export async function startServer() {
  const program = spawn(process.env.MARKET_FIXTURE, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: program.stdout });
  const port = await new Promise((resolve, reject) => {
    lines.once('line', resolve);
    program.once('exit', (code) => reject(new Error(`the fixture ended with ${code}`)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    say: (word) => program.stdin.write(`${word}\n`),
    close: () => program.stdin.end(),
  };
}

export const startBrowser = () => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/**
 * A page that remembers what must not happen in it: errors, refused content (CSP), requests to
 * anywhere else.
 */
export async function openPage(browser, origin, path, options = {}) {
  const context = await browser.newContext({ viewport: PHONE, locale: 'ko-KR', timezoneId: 'Asia/Seoul', ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // What Chromium says of a server that a test took away.
    const expected = /ERR_FAILED|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Failed to fetch/;
    if (message.type() === 'error' && !expected.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) faults.push(`request: ${request.url()}`);
  });
  if (options.clock) await page.clock.install();
  await page.goto(origin + path);
  return { page, faults, close: () => context.close() };
}
